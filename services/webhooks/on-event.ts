import type { Tx } from '@rialto/kit/database'
import type { Message } from '@rialto/kit/message'
import type { Context, TransactionContext } from '@rialto/kit/service'
import { insertDeliveries, type NewDelivery } from './delivery-store.ts'
import { typeOf } from './event-types.ts'
import type { Own } from './own.ts'
import { listSubscriptions, listWanted, type Subscription } from './webhook-store.ts'

/** Deliveries that wait for one webhook at most. What comes beyond is kept in its log as skipped. */
export const queueLimit = 20_000

/** What no webhook wants is not even recorded as heard. */
export async function heedWanted(
  messages: readonly Message[],
  { database }: Context<Own>,
): Promise<readonly Message[]> {
  const wanted = await listWanted(database.quick)
  return wanted.size === 0 ? [] : messages.filter((message) => wanted.has(typeOf(message)))
}

/** Records, with the event, whom to tell of it. */
export async function onEvent(message: Message<unknown>, context: TransactionContext<Own>): Promise<void> {
  const { tx, now, newId, own } = context
  const type = typeOf(message)
  const wanting = (await subscriptionsIn(tx)).filter(({ eventTypes }) => eventTypes.includes(type))
  if (wanting.length === 0) return
  const deliveries = wanting.map((one): NewDelivery => {
    const status = one.room-- > 0 ? 'queued' : 'skipped'
    return { id: newId('whd'), webhookId: one.id, status }
  })
  const body = bodyOf({ type, at: message.at, data: message.data })
  await insertDeliveries(tx, { id: message.id, type, body }, deliveries, now())
  own.sender.lookAfter(tx, now)
}

/** As Standard Webhooks has it: `timestamp` is when it happened. */
export function bodyOf({ type, at, data }: { type: string; at: string; data: unknown }): string {
  return JSON.stringify({ type, timestamp: at, data })
}

type Counted = Omit<Subscription, 'room'> & { room: number }

const read = new WeakMap<Tx, Promise<Counted[]>>()

/** Read once for all events that are heard in one transaction. */
function subscriptionsIn(tx: Tx): Promise<Counted[]> {
  let known = read.get(tx)
  if (!known) {
    known = listSubscriptions(tx, queueLimit)
    read.set(tx, known)
  }
  return known
}
