import type { Queries } from '@rialto/kit/database'

/** A payment whose books are wrong, and how. */
export interface Imbalance {
  readonly paymentId: string
  readonly status: string
  /** The first rule that does not hold. */
  readonly fault: string
}

/**
 * Compares every payment with its ledger and its refunds. Empty when all is well. Reads whole tables: for
 * tests and for checks by night.
 */
export function findImbalances(queries: Queries, limit = 100): Promise<Imbalance[]> {
  return queries.rows<Imbalance>`
    with sums as (
      select payment_id, sum(debit) - sum(credit) as total, count(distinct currency) as currencies,
        coalesce(sum(debit - credit) filter (where account = 'customer'), 0) as customer,
        coalesce(sum(debit - credit) filter (where account = 'authorized'), 0) as authorized,
        coalesce(sum(debit - credit) filter (where account = 'gateway'), 0) as gateway,
        coalesce(sum(debit - credit) filter (where account = 'revenue'), 0) as revenue,
        coalesce(sum(debit - credit) filter (where account = 'refunds'), 0) as refunds
      from ledger_entries group by payment_id
    ), given as (
      select payment_id, coalesce(sum(amount) filter (where status = 'done'), 0) as done,
        coalesce(sum(amount) filter (where status = 'sent'), 0) as sent
      from refunds group by payment_id
    ), checked as (
      select p.id as payment_id, p.status, case
        when coalesce(s.total, 0) <> 0 then 'debits are not credits'
        when coalesce(s.currencies, 1) > 1 then 'it is booked in two currencies'
        when coalesce(s.authorized, 0) <> case when p.status = 'authorized' then p.amount else 0 end
          then 'the hold is not what the status says'
        when coalesce(s.customer, 0) <> -coalesce(s.authorized, 0) then 'the customer owes what is not held'
        when coalesce(s.revenue, 0) <> -p.captured then 'the revenue is not what was captured'
        when coalesce(s.refunds, 0) <> p.refunded then 'the refunds booked are not what was refunded'
        when coalesce(s.gateway, 0) <> p.captured - p.refunded then 'the gateway owes something else'
        when coalesce(g.done, 0) <> p.refunded then 'the refunds done are not what was refunded'
        when coalesce(g.sent, 0) <> p.refunding then 'the refunds sent are not what is under way'
        when p.status <> case
          when p.captured = 0 and p.status in ('captured', 'partially-refunded', 'refunded') and p.amount > 0
            then 'not captured'
          when p.captured > 0 and p.refunded = p.captured then 'refunded'
          when p.refunded > 0 then 'partially-refunded'
          when p.captured > 0 then 'captured'
          else p.status end then 'the status is not what the amounts say'
        end as fault
      from payments p left join sums s on s.payment_id = p.id left join given g on g.payment_id = p.id
    )
    select payment_id, status, fault from checked where fault is not null order by payment_id limit ${limit}`
}
