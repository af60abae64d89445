import type { Queries } from '@rialto/kit/database'

/** Who said what became of a payment or refund, and what it was taken for before and after. */
export interface Decision {
  readonly id: string
  readonly paymentId: string
  readonly refundId: string | null
  readonly outcome: 'approved' | 'declined'
  readonly statusBefore: string
  readonly statusAfter: string
  readonly decidedBy: string
  readonly note: string
  readonly at: Date
}

export async function keepDecision(queries: Queries, decision: Decision): Promise<void> {
  const { id, paymentId, refundId, outcome, statusBefore, statusAfter, decidedBy, note, at } = decision
  await queries.run`
    insert into decisions
      (id, payment_id, refund_id, outcome, status_before, status_after, decided_by, note, at)
    values (${id}, ${paymentId}, ${refundId}, ${outcome}, ${statusBefore}, ${statusAfter}, ${decidedBy},
      ${note}, ${at})`
}
