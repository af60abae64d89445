import type { Tx } from '@rialto/kit/database'
import { notFound } from '@rialto/kit/problem'
import type { Context, Handler, Input } from '@rialto/kit/service'
import { nothingInDoubt, type payments } from './contract.ts'
import { keepDecision } from './decision-store.ts'
import type { Own } from './own.ts'
import { apply, type PendingRefund, type StoredPayment, standingBy } from './payment.ts'
import { findPayment, lockPayment } from './payment-store.ts'
import { view } from './payment-view.ts'
import { save } from './record.ts'
import { finish } from './refund.ts'
import { settle } from './settle.ts'

type Word = Input<typeof payments.decidePayment>

/**
 * A person has looked into the gateway's back office. The gateway's own word counts more: it is asked once more
 * before, and what it says later still takes effect, so a wrong word is put right as soon as it speaks.
 */
export const decidePayment: Handler<typeof payments.decidePayment, Own> = async (word, context) => {
  const { database } = context
  const payment = await findPayment(database, word.checkoutId)
  if (!payment) throw notFound('This checkout has no payment.')
  await settle(payment, context)
  const decided = await database.transaction((tx) => decide(tx, payment.id, word, context))
  return view(await settle(decided, context))
}

async function decide(tx: Tx, id: string, word: Word, context: Context<Own>): Promise<StoredPayment> {
  const { now, newId } = context
  const { outcome, decidedBy, note } = word
  const before = await lockPayment(tx, id)
  const refund = refundInDoubt(before, word)
  const after = refund
    ? await decideRefund(tx, before, refund, word, context)
    : await decideHold(tx, before, word, context)
  await keepDecision(tx, {
    id: newId('dec'),
    paymentId: id,
    refundId: refund?.id ?? null,
    outcome,
    statusBefore: refund ? 'sent' : before.status,
    statusAfter: after.status,
    decidedBy,
    note,
    at: now(),
  })
  return after
}

function refundInDoubt({ pending }: StoredPayment, { refundId }: Word): PendingRefund | undefined {
  return pending.find(
    ({ id, status, giveBack }) => status === 'sent' && (refundId === undefined ? giveBack : id === refundId),
  )
}

/** Money of a dead checkout has to go back: that it never will cannot be decided. */
function decideRefund(
  tx: Tx,
  before: StoredPayment,
  refund: PendingRefund,
  { outcome }: Word,
  context: Context<Own>,
): Promise<StoredPayment> {
  if (outcome === 'declined' && refund.giveBack) {
    throw nothingInDoubt('The money has to go back. Approve once it went back by another way.')
  }
  const reason = 'The gateway did not give it back.'
  const answer = outcome === 'approved' ? { kind: 'refunded' as const } : { kind: 'refused' as const, reason }
  return finish(tx, before.id, refund.id, answer, context)
}

async function decideHold(
  tx: Tx,
  before: StoredPayment,
  { refundId, outcome }: Word,
  context: Context<Own>,
): Promise<StoredPayment> {
  const standing = refundId === undefined ? standingBy(before, outcome) : undefined
  if (!standing) throw nothingInDoubt('Nothing about it is in doubt. Look at it again.')
  const saved = await save(tx, before, apply(before, standing), context)
  if (!saved) throw new Error(`Payment ${before.id} changed although it was locked`)
  return saved
}
