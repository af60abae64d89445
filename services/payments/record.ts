import type { Database, Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import type { Context } from '@rialto/kit/service'
import { paymentAuthorized, paymentCaptured, paymentDeclined, paymentVoided } from './contract.ts'
import type { Standing } from './gateway.ts'
import { postings, type Side } from './ledger.ts'
import { apply, isUnfinished, type StoredPayment } from './payment.ts'
import { readPayment, saveChange } from './payment-store.ts'

export type Clock = Pick<Context, 'now' | 'newId'>

/** Changes of one payment that come at once take turns; so many turns are never needed. */
const turnsLimit = 20

/** Notes how the payment stands at its gateway: status, ledger and event in one transaction. */
export async function record(
  payment: StoredPayment,
  standing: Standing,
  { database, ...clock }: Clock & { database: Database },
): Promise<StoredPayment> {
  let before = payment
  for (let turn = 0; turn < turnsLimit; turn++) {
    const after = apply(before, standing)
    if (after === before) return before
    const saved = await database.sharedTransaction(payment.checkoutId, (tx) => save(tx, before, after, clock))
    if (saved) return saved
    before = (await readPayment(database, payment.id)) ?? before
  }
  throw new Error(`Payment ${payment.id} is changed by too many at once`)
}

/** Writes what has become of the payment and says it. Undefined if somebody was faster. */
export async function save(
  tx: Tx,
  before: StoredPayment,
  after: StoredPayment,
  { now, newId }: Clock,
  sides: readonly Side[] = postings(before, after),
): Promise<StoredPayment | undefined> {
  const finished = !isUnfinished(after, now())
  const entries = sides.map((side) => ({ ...side, id: newId('led') }))
  if (!(await saveChange(tx, { before, after, finished, entries, at: now() }))) return undefined
  const askAt = finished ? null : (after.askAt ?? now().toISOString())
  const saved = { ...after, askAt, version: before.version + 1 }
  if (saved.status !== before.status) say(tx, saved)
  return saved
}

/** Tells the others how it stands now. */
export function say(tx: Tx, payment: StoredPayment): void {
  const { id, version, status, declineReason } = payment
  const told = outcome(payment)
  const about = { id, version }
  // Money that is held for a dead checkout is nobody's good news: it is voided next.
  if (status === 'authorized' && payment.wanted !== 'release') emit(tx, paymentAuthorized, told, about)
  if (status === 'declined') emit(tx, paymentDeclined, { ...told, reason: declineReason ?? '' }, about)
  if (status === 'captured') emit(tx, paymentCaptured, told, about)
  if (status === 'voided') emit(tx, paymentVoided, told, about)
}

export function outcome({ id, checkoutId, amount, currency }: StoredPayment) {
  return { paymentId: id, checkoutId, amount: { amount, currency } }
}
