import type { Queries } from '@rialto/kit/database'

export interface SagaCount {
  readonly saga: string
  readonly state: string
  readonly count: number
  readonly ageSeconds: number
}

/** Those that have not come to their end. */
export function countSagas(queries: Queries, now: Date): Promise<SagaCount[]> {
  return queries.rows<SagaCount>`
    select saga, step as state, count(*)::integer as count,
      coalesce(extract(epoch from ${now}::timestamptz - min(since)), 0)::float8 as age_seconds
    from (
      (select 'checkout' as saga, step, since from checkouts where wake_at is not null limit 10000)
      union all (select kind, step, since from sagas where wake_at is not null limit 10000)) s
    group by saga, step`
}
