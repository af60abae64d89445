import { linkExpired } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import { is } from '@rialto/kit/problem'
import type { Static } from '@rialto/kit/schema'
import type { Context } from '@rialto/kit/service'
import type { Delivery } from './contract.ts'
import { findDelivery, markSent, markTried } from './delivery-store.ts'
import { filled } from './fill-link.ts'
import { sendDelivery as job } from './jobs.ts'
import { isRefusedForGood } from './mailer.ts'
import type { Own } from './own.ts'

/** So many attempts follow the job's own pauses: about a quarter of an hour. */
export const soonLimit = 10
/** Then once an hour, for a day; after that the message is shown to staff as failed. */
export const attemptsLimit = soonLimit + 24

export async function sendDelivery(
  { data }: Message<Static<typeof job.schema>>,
  context: Context<Own>,
): Promise<void> {
  const { database, own, now } = context
  const delivery = await findDelivery(database, data.deliveryId)
  if (delivery?.status !== 'queued') return
  const { id, to, subject } = delivery
  try {
    const { html, text } = await filled(delivery, context.call)
    await own.mailer?.send({ id, to, subject, html, text })
  } catch (error) {
    return postpone(delivery, error, context)
  }
  await markSent(database, id, now())
}

export function nextAttempt(attempts: number, error: unknown): 'soon' | 'in-an-hour' | 'never' {
  if (attempts >= attemptsLimit || isRefusedForGood(error) || is(error, linkExpired)) return 'never'
  return attempts < soonLimit ? 'soon' : 'in-an-hour'
}

async function postpone(
  { id, attempts: before }: Delivery,
  error: unknown,
  { database, now }: Context<Own>,
): Promise<void> {
  const attempts = before + 1
  const next = nextAttempt(attempts, error)
  await database.transaction(async (tx) => {
    await markTried(tx, { id, error: String(error), failed: next === 'never' })
    const at = new Date(now().getTime() + 3_600_000)
    if (next === 'in-an-hour') schedule(tx, job, { deliveryId: id }, { at, id: `send_${id}_${attempts}` })
  })
  // The server's words stay with the message, where staff read them: they may name the address.
  if (next === 'soon') throw new Error('The message could not be handed to the mail server')
}
