import type { Queries } from '@rialto/kit/database'

export interface Strength {
  /** An app that makes codes, or a passkey. */
  readonly hasFactor: boolean
  /** Whether the session began with one. */
  readonly isStrong: boolean
}

export async function findStrength(
  queries: Queries,
  accountId: string,
  sessionId: string | undefined,
): Promise<Strength> {
  const row = await queries.row<Strength>`
    select exists (select 1 from second_factors where account_id = ${accountId} and confirmed_at is not null)
        or exists (select 1 from passkeys where account_id = ${accountId}) as has_factor,
      exists (select 1 from sessions where id = ${sessionId ?? ''} and user_id = ${accountId} and is_strong)
        as is_strong`
  if (!row) throw new Error('A query without tables returned no row')
  return row
}
