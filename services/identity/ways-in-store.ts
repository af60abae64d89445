import type { Queries, Tx } from '@rialto/kit/database'

/** What somebody has shown to be let in: the hash of their password, or where and as whom they signed in. */
export interface Proof {
  readonly accountId: string
  readonly of: string
}

/** All by which somebody may have got to the question for a code. */
export function findProofs(queries: Queries, accountId: string): Promise<Proof[]> {
  return queries.rows<Proof>`
    select user_id as account_id, coalesce(password, provider_id || ' ' || account_id) as of
    from accounts where user_id = ${accountId}`
}

/** Whether it still opens the account; nobody takes it away until the end of the transaction then. */
export async function stillHolds(tx: Tx, { accountId, of }: Proof): Promise<boolean> {
  const held = await tx.row`
    select 1 from accounts where user_id = ${accountId}
    and coalesce(password, provider_id || ' ' || account_id) = ${of} for share`
  return held !== undefined
}

export interface WaysIn {
  readonly hasPassword: boolean
  /** Issuers of linked providers, one for each link. */
  readonly issuers: readonly string[]
  readonly hasPasskey: boolean
}

export async function findWaysIn(queries: Queries, accountId: string): Promise<WaysIn> {
  const rows = await queries.rows<{ providerId: string }>`
    select provider_id from accounts where user_id = ${accountId}`
  const issuers = rows.map(({ providerId }) => providerId).filter((id) => id !== 'credential')
  const passkey = await queries.row`select 1 from passkeys where account_id = ${accountId} limit 1`
  return { hasPassword: issuers.length < rows.length, issuers, hasPasskey: passkey !== undefined }
}
