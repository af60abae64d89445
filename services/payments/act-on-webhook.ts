import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import { presentSpan } from '@rialto/kit/trace'
import type { processWebhook } from './jobs.ts'
import { findPayment, originOfPayment } from './payment-store.ts'
import { record } from './record.ts'
import { ask, settle, type Workplace } from './settle.ts'
import { markProcessed, readWebhook } from './webhook-store.ts'

/**
 * A notification says only that something happened. What holds now is asked of the gateway, so it makes no
 * difference in which order notifications come, how often, or how late.
 */
export async function actOnWebhook(
  { data }: Message<Static<typeof processWebhook.schema>>,
  workplace: Workplace,
): Promise<void> {
  const { database, now } = workplace
  const webhook = await readWebhook(database, data)
  const payment = webhook && (await findPayment(database, webhook.reference))
  if (payment?.gateway === data.gateway) {
    const span = presentSpan()
    if (span?.sampled) span.link(await originOfPayment(database, payment.checkoutId))
    const standing = await ask(payment, workplace)
    if (standing.kind === 'unknown') throw new Error('The gateway does not answer about its own webhook')
    await settle(await record(payment, standing, workplace), workplace)
  }
  await markProcessed(database, data, now())
}
