import type { Queries, Tx } from '@rialto/kit/database'

export interface SecondFactor {
  readonly accountId: string
  readonly secret: string
  readonly confirmedAt: string | null
}

export function findSecondFactor(queries: Queries, accountId: string): Promise<SecondFactor | undefined> {
  return queries.row<SecondFactor>`
    select account_id, secret, confirmed_at from second_factors where account_id = ${accountId}`
}

/** Keeps a secret that waits for its first code; false when one that counts is there. */
export async function saveSecret(
  tx: Tx,
  { accountId, secret }: Omit<SecondFactor, 'confirmedAt'>,
): Promise<boolean> {
  const saved = await tx.run`
    insert into second_factors as known (account_id, secret) values (${accountId}, ${secret})
    on conflict (account_id) do update set secret = excluded.secret, last_step = 0 where known.confirmed_at is null`
  return saved === 1
}

export async function confirmSecret(tx: Tx, accountId: string, now: Date): Promise<boolean> {
  const confirmed = await tx.run`
    update second_factors set confirmed_at = ${now} where account_id = ${accountId} and confirmed_at is null`
  return confirmed === 1
}

/** Uses a step's code; false when that, or a later one, was used before. */
export async function useStep(tx: Tx, accountId: string, step: number): Promise<boolean> {
  const used = await tx.run`
    update second_factors set last_step = ${step} where account_id = ${accountId} and last_step < ${step}`
  return used === 1
}

/** Uses a recovery code; false when there is none of this hash. */
export async function useRecoveryCode(tx: Tx, accountId: string, hash: string): Promise<boolean> {
  return (await tx.run`delete from recovery_codes where account_id = ${accountId} and hash = ${hash}`) === 1
}

export async function replaceRecoveryCodes(
  tx: Tx,
  accountId: string,
  hashes: readonly string[],
): Promise<void> {
  await tx.run`delete from recovery_codes where account_id = ${accountId}`
  await tx.run`insert into recovery_codes (account_id, hash) select ${accountId}, unnest(${hashes}::text[])`
}

export async function countRecoveryCodes(queries: Queries, accountId: string): Promise<number> {
  const row = await queries.row<{ left: number }>`
    select count(*) as left from recovery_codes where account_id = ${accountId}`
  return Number(row?.left ?? 0)
}

/** The recovery codes go with it. */
export async function deleteSecondFactor(tx: Tx, accountId: string): Promise<boolean> {
  return (await tx.run`delete from second_factors where account_id = ${accountId}`) === 1
}

/** Those after this account, by id. */
export function listSecrets(
  queries: Queries,
  { after, limit }: { after: string; limit: number },
): Promise<SecondFactor[]> {
  return queries.rows<SecondFactor>`
    select account_id, secret, confirmed_at from second_factors where account_id > ${after}
    order by account_id limit ${limit}`
}

/** Replaces a secret by the same one, sealed anew, unless it was changed meanwhile. */
export async function resealSecret(
  queries: Queries,
  { accountId, from, to }: { accountId: string; from: string; to: string },
): Promise<void> {
  await queries.run`
    update second_factors set secret = ${to} where account_id = ${accountId} and secret = ${from}`
}
