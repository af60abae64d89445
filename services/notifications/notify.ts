import { schedule } from '@rialto/kit/outbox'
import type { TransactionContext } from '@rialto/kit/service'
import { insertDelivery } from './delivery-store.ts'
import { sendDelivery } from './jobs.ts'
import type { Own } from './own.ts'
import type { Letter } from './templates.ts'

/**
 * Writes a message once and schedules its sending, in the transaction of the event it tells of. Without a
 * mail server the inbox is where messages go, so it is there at once.
 */
export async function notify(
  { tx, own, newId, now }: TransactionContext<Own>,
  message: { template: string; about: string; to: string; letter: Letter; linkId?: string },
): Promise<void> {
  // An order that stays for the books has nobody to be told any more.
  if (message.to.endsWith('.invalid')) return
  const id = newId('ntf')
  const { template, about, to, letter, linkId } = message
  const sent = own.mailer === undefined
  const delivery = { id, template, about, recipient: to, linkId, sent, ...own.render(letter) }
  const kept = await insertDelivery(tx, delivery, now())
  if (kept && !sent) schedule(tx, sendDelivery, { deliveryId: id }, { id: `send_${id}` })
}
