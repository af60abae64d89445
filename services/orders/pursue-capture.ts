import type { Context } from '@rialto/kit/service'
import { payments } from '@rialto/payments/contract'
import { type Checkout, closeConfirmed, saveWait } from './checkout-store.ts'
import { lockOrders } from './order-store.ts'
import { saveOrders } from './save-orders.ts'
import { noteCapture } from './settle-payment.ts'
import type { Attempt } from './step-record.ts'
import { recordAttempt } from './step-record.ts'

/**
 * Sees to it that the money of an order is charged, should the news of the order or of the money be lost. An
 * order whose hold has ended without being charged is put before a person.
 */
export async function pursueCapture(checkout: Checkout, context: Context<unknown>): Promise<void> {
  if (checkout.wakeAt === null) return
  const { call, database, now } = context
  const { id: checkoutId, orderId, draft } = checkout
  const payment = await call(payments.capturePayment, { checkoutId }).catch((error) => {
    context.log.warn({ checkoutId, error: String(error) }, 'an order cannot be charged yet')
  })
  const at = now().toISOString()
  const charged = payment?.captured ?? 0
  if (payment && (charged > 0 || draft.total === 0)) {
    await database.transaction(async (tx) => {
      await closeConfirmed(tx, [checkoutId], { state: 'done' }, at)
      const [order] = await lockOrders(tx, [orderId ?? ''])
      const paid = order && noteCapture(order, charged, at)
      if (paid && paid !== order) await saveOrders(tx, [paid])
    })
    return
  }
  const gone = payment && payment.status !== 'authorized'
  const wait: Pick<Attempt, 'waitsFor' | 'note'> = gone
    ? { waitsFor: 'person', note: 'The hold ended before it was charged: the order is not paid' }
    : { waitsFor: payment ? 'gateway' : 'payments' }
  const attempt = { name: 'capture', state: 'open', ...wait } as const
  const steps = recordAttempt(checkout.steps, attempt, { begunAt: checkout.since, at })
  await saveWait(database, { ...checkout, steps, waitsFor: wait.waitsFor ?? null })
}
