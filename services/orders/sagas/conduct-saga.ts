import { inventory } from '@rialto/inventory/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { Context } from '@rialto/kit/service'
import { payments } from '@rialto/payments/contract'
import { closeConfirmed } from '../checkout-store.ts'
import type { resumeSaga } from '../jobs.ts'
import { lockOrders } from '../order-store.ts'
import { saveOrders } from '../save-orders.ts'
import { sayRefunded } from '../say-refunded.ts'
import { noteRefundFailure } from '../settle-payment.ts'
import { advanceSaga, endRefund, isOver, type Outcome, refusedWords, type Saga } from './saga.ts'
import { lockSagas, readSaga, saveSaga } from './saga-store.ts'

/** More turns than the longest saga has steps, also when others move it meanwhile. */
const turnsLimit = 10

/**
 * Takes a cancellation or refund as far as it goes now. The news of it asks the peers for the very same; they know
 * repeats, so whoever comes first has it done, and the saga knows when it is so.
 */
export async function conductSaga(
  { data }: Pick<Message<Static<typeof resumeSaga.schema>>, 'data'>,
  context: Context<unknown>,
): Promise<void> {
  for (let turn = 0; turn < turnsLimit; turn++) {
    const saga = await readSaga(context.database, data.sagaId)
    if (!saga || isOver(saga)) return
    const goesOn = saga.kind === 'refund' ? await refund(saga, context) : await cancel(saga, context)
    if (!goesOn) return
  }
}

/** False when it has to wait. */
async function cancel(saga: Saga, context: Context<unknown>): Promise<boolean> {
  const { call, database, now } = context
  const { checkoutId } = saga
  const outcome = await asked(saga, context, async (): Promise<Outcome> => {
    if (saga.step === 'goods') {
      await call(inventory.takeBack, { checkoutId })
      return { kind: 'done' }
    }
    const { settled, givenBack, refusal } = await call(payments.abandonPayment, { checkoutId })
    if (!settled && refusal !== undefined) return { kind: 'waits', waitsFor: 'person', note: refusal }
    if (!settled) return { kind: 'waits', waitsFor: 'gateway' }
    return { kind: 'done', note: givenBack > 0 ? 'The charge was given back' : 'Nothing is held any more' }
  })
  const after = advanceSaga(saga, outcome ?? away(saga), now())
  await database.transaction(async (tx) => {
    // An order that is cancelled is not to be charged any more.
    if (isOver(after)) await closeConfirmed(tx, [checkoutId], { state: 'refused' }, now().toISOString())
    await saveSaga(tx, after)
  })
  return outcome?.kind === 'done'
}

/** Order and saga learn of the end in one transaction, unless the news of it was faster. */
async function refund(saga: Saga, context: Context<unknown>): Promise<boolean> {
  const { call, database, now } = context
  const { id: refundId, orderId, checkoutId } = saga
  const amount = { amount: saga.amount, currency: saga.currency }
  const answer = await asked(saga, context, () =>
    call(payments.refundPayment, { refundId, checkoutId, amount }),
  )
  if (!answer || answer.status === 'open') {
    const outcome = answer ? ({ kind: 'waits', waitsFor: 'gateway' } as const) : away(saga)
    await saveSaga(database, advanceSaga(saga, outcome, now()))
    return false
  }
  const { status, refundedTotal, reason = refusedWords } = answer
  const at = now().toISOString()
  await database.transaction(async (tx) => {
    const [order] = await lockOrders(tx, [orderId])
    const [open] = await lockSagas(tx, [refundId])
    if (!order || !open) return
    const told =
      status === 'done'
        ? sayRefunded(tx, order, { refundId, amount, refundedTotal, at })
        : noteRefundFailure(order, { refundId, reason, at })
    if (told !== order) await saveOrders(tx, [told])
    await saveSaga(tx, endRefund(open, { id: refundId, state: status, reason }, now()))
  })
  return false
}

/** Undefined when the peer is away, or in trouble: it is asked again later. */
async function asked<Answer>(
  { id, step }: Saga,
  { log }: Context<unknown>,
  work: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await work()
  } catch (error) {
    log.warn({ saga: id, step, error: String(error) }, 'a cancellation or refund waits for a peer')
    return undefined
  }
}

function away({ step }: Saga): Outcome {
  return { kind: 'waits', waitsFor: step === 'goods' ? 'inventory' : 'payments' }
}
