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
    with known as (select payment_id from refunds where id = ${id}), paid as (
      update payments set ask_at = coalesce(ask_at, ${at}::timestamptz + interval '10 seconds'), asks = 0,
        version = version + 1
      where checkout_id = ${checkoutId} and gateway <> '' and not exists (select from known) returning id
    ), noted as (
      insert into refunds (id, payment_id, amount, currency, status, at)
      select ${id}, paid.id, ${amount}, ${currency}, 'waiting', ${at} from paid on conflict (id) do nothing)
    select id from paid union all select payment_id from known`
  return found !== undefined
}

export interface StoredRefund {
  readonly id: string
  readonly amount: number
  readonly currency: string
  readonly status: 'waiting' | 'sent' | 'done' | 'failed'
  readonly reason: string | null
}

export function findRefund(queries: Queries, id: string): Promise<StoredRefund | undefined> {
  return queries.row<StoredRefund>`select id, amount, currency, status, reason from refunds where id = ${id}`
}

/** Why the gateway does not give back what is left of a dead checkout's money, if it has said so. */
export async function findRefusal(queries: Queries, paymentId: string): Promise<string | undefined> {
  const refused = await queries.row<{ reason: string }>`
    select reason from refunds where payment_id = ${paymentId} and give_back and status = 'sent'
      and reason is not null limit 1`
  return refused?.reason
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
