import type { Queries } from '@rialto/kit/database'

export interface NewRefund {
  readonly id: string
  readonly checkoutId: string
  readonly amount: number
  readonly currency: string
  readonly at: Date
}

/** Notes a refund that was asked for, once. False if the checkout has no payment. */
export async function noteRefund(queries: Queries, refund: NewRefund): Promise<boolean> {
  const { id, checkoutId, amount, currency, at } = refund
  const found = await queries.row`
    with paid as (select id from payments where checkout_id = ${checkoutId} and gateway <> ''), noted as (
      insert into refunds (id, payment_id, amount, currency, status, at)
      select ${id}, paid.id, ${amount}, ${currency}, 'waiting', ${at} from paid on conflict (id) do nothing)
    select id from paid`
  return found !== undefined
}

/** Notes a refund that nobody asked for: what is left of a dead checkout's money. */
export async function noteGiveBack(
  queries: Queries,
  refund: Omit<NewRefund, 'checkoutId'> & { paymentId: string },
): Promise<void> {
  const { id, paymentId, amount, currency, at } = refund
  await queries.run`
    insert into refunds (id, payment_id, amount, currency, status, give_back, at)
    values (${id}, ${paymentId}, ${amount}, ${currency}, 'sent', true, ${at})`
}

export async function setRefund(
  queries: Queries,
  id: string,
  status: 'sent' | 'done' | 'failed',
  reason?: string,
): Promise<void> {
  await queries.run`update refunds set status = ${status}, reason = ${reason ?? null} where id = ${id}`
}
