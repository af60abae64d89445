import type { Queries } from '@rialto/kit/database'

/** A checkout, its order if it has one, and what else tests look at. */
export interface Ended {
  readonly id: string
  readonly step: string
  readonly orderId: string | null
  readonly placedAt: string | null
  /** Why it failed. */
  readonly code: string | null
  readonly coupons: string[]
}

export function readEnded(queries: Queries, ownerId: string): Promise<Ended[]> {
  return queries.rows`
    select c.id, c.step, o.id as order_id, o.placed_at, c.draft->'coupons' as coupons,
      c.failure->>'code' as code
    from checkouts c left join orders o on o.checkout_id = c.id where c.owner_id = ${ownerId}`
}

export async function anyOpen(queries: Queries): Promise<boolean> {
  const open = await queries.row`
    select id from checkouts where wake_at is not null union all select id from sagas where wake_at is not null
    limit 1`
  return open !== undefined
}
