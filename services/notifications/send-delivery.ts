import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { Context } from '@rialto/kit/service'
import { findDelivery, markSent, markTried } from './delivery-store.ts'
import type { sendDelivery as job } from './jobs.ts'
import type { Own } from './own.ts'

/** After so many attempts a message is shown to staff as failed. */
export const attemptsLimit = 8

export async function sendDelivery(
  { data, attempt }: Message<Static<typeof job.schema>>,
  { database, own, now }: Context<Own>,
): Promise<void> {
  const delivery = await findDelivery(database, data.deliveryId)
  if (delivery?.status !== 'queued') return
  const { id, to, subject, html, text } = delivery
  try {
    await own.mailer.send({ id, to, subject, html, text })
  } catch (error) {
    const isLast = attempt >= attemptsLimit
    await markTried(database, id, String(error), isLast)
    if (isLast) return
    throw error
  }
  await markSent(database, id, now())
}
