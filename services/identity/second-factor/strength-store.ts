import { type Queries, sql } from '@rialto/kit/database'

export interface Strength {
  /** An app that makes codes, or a passkey. */
  readonly hasFactor: boolean
  /** Whether the session began with one. */
  readonly isStrong: boolean
  /** Whether the shop wants staff to have one. */
  readonly isDemanded: boolean
}

export async function findStrength(
  queries: Queries,
  accountId: string,
  sessionId: string | undefined,
): Promise<Strength> {
  const row = await queries.row<Strength>`
    select ${hasFactor(sql`${accountId}`)} as has_factor,
      exists (select 1 from sessions where id = ${sessionId ?? ''} and user_id = ${accountId} and is_strong)
        as is_strong,
      (select staff_need_second_factor from sign_in_rules) as is_demanded`
  if (!row) throw new Error('A query without tables returned no row')
  return row
}

/** Whether the account has a second factor, as a part of a statement. */
export function hasFactor(accountId: ReturnType<typeof sql>): ReturnType<typeof sql> {
  return sql`(
    exists (select 1 from second_factors f where f.account_id = ${accountId} and f.confirmed_at is not null)
    or exists (select 1 from passkeys p where p.account_id = ${accountId}))`
}
