import { cart } from '@rialto/cart/contract'
import { catalog } from '@rialto/catalog/contract'
import { identity } from '@rialto/identity/contract'
import { inventory } from '@rialto/inventory/contract'
import { type Contract, describe, type EventType } from '@rialto/kit/contract'
import { notifications } from '@rialto/notifications/contract'
import { orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import { pricing } from '@rialto/pricing/contract'
import { search } from '@rialto/search/contract'
import { shipping } from '@rialto/shipping/contract'
import { webhooks } from './contract.ts'

const told = [
  catalog,
  search,
  pricing,
  identity,
  cart,
  orders,
  payments,
  inventory,
  shipping,
  notifications,
  webhooks,
] as readonly Contract[]

/** Every event that a service of this shop says. */
export const events: readonly EventType[] = told.flatMap((contract) => describe(contract).events)

/** What a webhook can be told of, as the contracts say. */
export const eventTypes = told.flatMap((contract) => {
  const { name: service, events: said } = describe(contract)
  return said.map((event) => ({
    type: typeOf(event),
    service,
    personalData: hasPersonalData(event.schema),
    schema: event.schema,
  }))
})

const known = new Set(eventTypes.map(({ type }) => type))

export function isEventType(type: string): boolean {
  return known.has(type)
}

/** As it is sent: a later version of an event has a type of its own, so that nobody gets what they do not expect. */
export function typeOf({ name, version }: Pick<EventType, 'name' | 'version'>): string {
  return version === 1 ? name : `${name}.v${version}`
}

/** Whether a field in it tells of a person: an e-mail, or an address with a name. */
export function hasPersonalData(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  const { format, title, properties = {}, items, anyOf = [] } = schema as Partial<Schema>
  if (format === 'email' || title === 'Address') return true
  return [...Object.values(properties), items, ...anyOf].some(hasPersonalData)
}

interface Schema {
  readonly format: string
  readonly title: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly items: unknown
  readonly anyOf: readonly unknown[]
}
