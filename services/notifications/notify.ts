import { schedule } from '@rialto/kit/outbox'
import type { TransactionContext } from '@rialto/kit/service'
import { insertDelivery } from './delivery-store.ts'
import { sendDelivery } from './jobs.ts'
import type { Own } from './own.ts'
import type { Letter } from './templates.ts'

/** Writes a message once and schedules its sending, in the transaction of the event it tells of. */
export async function notify(
  { tx, own, newId, now }: TransactionContext<Own>,
  message: { template: string; about: string; to: string; letter: Letter },
): Promise<void> {
  const id = newId('ntf')
  const { template, about, to, letter } = message
  const kept = await insertDelivery(tx, { id, template, about, recipient: to, ...own.render(letter) }, now())
  if (kept) schedule(tx, sendDelivery, { deliveryId: id }, { id: `send_${id}` })
}
