import type { Database, Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import type { Logger } from '@rialto/kit/telemetry'
import { paymentRefunded, refundFailed } from './contract.ts'
import type { RefundAnswer } from './gateway.ts'
import { refundPosting, type Side } from './ledger.ts'
import {
  failRefund,
  finishRefund,
  nextStep,
  type PendingRefund,
  refundable,
  refusal,
  type StoredPayment,
  sendRefund,
} from './payment.ts'
import { lockPayment } from './payment-store.ts'
import { type Clock, outcome, save } from './record.ts'
import { noteGiveBack, setRefund } from './refund-store.ts'

type Workplace = Clock & { database: Database; log: Logger }
type Call = (refundId: string, amount: number) => Promise<RefundAnswer>

/** Sets the amount aside, asks the gateway, and books what it answers. The same payment if it does not answer. */
export async function refund(
  payment: StoredPayment,
  wanted: PendingRefund,
  call: Call,
  workplace: Workplace,
): Promise<StoredPayment> {
  const { database, log } = workplace
  const sent = await database.transaction((tx) => send(tx, payment.id, wanted.id, workplace))
  if (!sent.pending.some(({ id }) => id === wanted.id)) return sent
  const answer = await call(wanted.id, wanted.amount)
  if (answer.kind === 'unknown') return payment
  if (answer.kind === 'refused' && wanted.giveBack) {
    // The money is the shopper's: it is tried until it is back, or a person says that it is.
    log.error({ paymentId: payment.id, reason: answer.reason }, 'the gateway refuses to give money back')
    await setRefund(database, wanted.id, 'sent', answer.reason)
    return payment
  }
  return database.transaction((tx) => finish(tx, payment.id, wanted.id, answer, workplace))
}

/** All that is left of a payment that the shop wants gone becomes one refund more. */
export function giveBack(payment: StoredPayment, workplace: Workplace): Promise<StoredPayment> {
  const { database, now, newId } = workplace
  return database.transaction(async (tx) => {
    const before = await lockPayment(tx, payment.id)
    if (nextStep(before, now())?.kind !== 'give-back') return before
    const { id, currency } = before
    const amount = refundable(before)
    const added: PendingRefund = { id: newId('ref'), amount, currency, status: 'sent', giveBack: true }
    await noteGiveBack(tx, { id: added.id, paymentId: id, amount, currency, at: now() })
    return written(tx, before, { ...sendRefund(before, added), pending: [added] }, workplace)
  })
}

async function send(tx: Tx, paymentId: string, refundId: string, clock: Clock): Promise<StoredPayment> {
  const before = await lockPayment(tx, paymentId)
  const waiting = before.pending.find(({ id }) => id === refundId)
  if (waiting?.status !== 'waiting') return before
  const reason = refusal(before, waiting)
  if (reason !== undefined) return fail(tx, before, waiting, reason, clock)
  await setRefund(tx, refundId, 'sent')
  const pending = before.pending.map((one) => (one === waiting ? { ...one, status: 'sent' as const } : one))
  return written(tx, before, { ...sendRefund(before, waiting), pending }, clock)
}

/** Books what became of a refund that was sent. */
export async function finish(
  tx: Tx,
  paymentId: string,
  refundId: string,
  answer: Exclude<RefundAnswer, { kind: 'unknown' }>,
  clock: Clock,
): Promise<StoredPayment> {
  const before = await lockPayment(tx, paymentId)
  const sent = before.pending.find(({ id }) => id === refundId)
  if (!sent) return before
  if (answer.kind === 'refused') return fail(tx, before, sent, answer.reason, clock)
  await setRefund(tx, refundId, 'done')
  const entries = refundPosting(refundId, sent.amount)
  const after = await written(tx, before, finishRefund(before, sent), clock, entries)
  const amount = { amount: sent.amount, currency: sent.currency }
  const data = { ...outcome(after), amount, refundId, refundedTotal: after.refunded }
  emit(tx, paymentRefunded, data, { id: after.id, version: after.version })
  return after
}

async function fail(
  tx: Tx,
  before: StoredPayment,
  refused: PendingRefund,
  reason: string,
  clock: Clock,
): Promise<StoredPayment> {
  await setRefund(tx, refused.id, 'failed', reason)
  const after = await written(tx, before, failRefund(before, refused), clock)
  const amount = { amount: refused.amount, currency: refused.currency }
  emit(
    tx,
    refundFailed,
    { ...outcome(after), amount, refundId: refused.id, reason },
    { id: after.id, version: after.version },
  )
  return after
}

async function written(
  tx: Tx,
  before: StoredPayment,
  after: StoredPayment,
  clock: Clock,
  entries: readonly Side[] = [],
): Promise<StoredPayment> {
  const saved = await save(tx, before, after, clock, entries)
  if (!saved) throw new Error(`Payment ${before.id} changed although it was locked`)
  return saved
}
