import type { Queries } from '@rialto/kit/database'
import { invalidInput, notFound, versionConflict } from '@rialto/kit/problem'
import type { TransactionContext } from '@rialto/kit/service'
import { type AddressRules, addressFault } from './address.ts'
import type { Webhook } from './contract.ts'
import { isEventType } from './event-types.ts'
import { countQueued, type KeptWebhook, lockWebhook } from './webhook-store.ts'

/** As staff see it: without its secrets. */
export function shown({ secrets: _, health, ...webhook }: KeptWebhook, queued: number): Webhook {
  const { failingSince, pausedUntil } = health
  return {
    ...webhook,
    queued,
    enabled: webhook.disabledBecause === undefined,
    ...(failingSince && { failingSince: failingSince.toISOString() }),
    ...(pausedUntil && { pausedUntil: pausedUntil.toISOString() }),
  }
}

export async function show(queries: Queries, webhooks: readonly KeptWebhook[]): Promise<Webhook[]> {
  const ids = webhooks.map(({ id }) => id)
  const queued = await countQueued(queries, ids)
  return webhooks.map((webhook) => shown(webhook, queued.get(webhook.id) ?? 0))
}

/** Refuses addresses that are not sent to, and events that nobody says. */
export function demandSense(
  { url, eventTypes = [] }: { url?: string; eventTypes?: readonly string[] },
  rules: AddressRules,
): void {
  const fault = url === undefined ? undefined : addressFault(url, rules)
  const errors = [
    ...(fault === undefined ? [] : [{ field: 'url', message: fault }]),
    ...eventTypes.flatMap((type, index) => {
      const message = `${type} is no event of this shop; GET /webhooks/event-types lists them`
      return isEventType(type) ? [] : [{ field: `eventTypes.${index}`, message }]
    }),
  ]
  if (errors.length === 0) return
  throw invalidInput(errors.map(({ field, message }) => `${field} ${message}`).join('; '), { errors })
}

/** Locks it, provided that it still is as the caller has seen it. */
export async function lockExpected(
  id: string,
  { tx, expectedVersion }: Pick<TransactionContext, 'tx' | 'expectedVersion'>,
): Promise<KeptWebhook> {
  const webhook = (await lockWebhook(tx, id)) ?? missing()
  const { version } = webhook
  if (expectedVersion !== undefined && expectedVersion !== version)
    throw versionConflict('The webhook was changed in the meantime.', { currentVersion: version })
  return webhook
}

export function missing(): never {
  throw notFound('There is no such webhook.')
}
