import type { Queries, Tx } from '@rialto/kit/database'
import type { Account } from '../profile.ts'

export interface LinkedRow {
  readonly id: string
  readonly issuer: string
  readonly linkedAt: string
}

/** The links of an account, oldest first. */
export function listLinked(queries: Queries, accountId: string): Promise<LinkedRow[]> {
  return queries.rows<LinkedRow>`
    select id, provider_id as issuer, created_at as linked_at from accounts
    where user_id = ${accountId} and provider_id <> 'credential' order by id limit 100`
}

/** The account that is linked to this person of a provider. */
export async function findLinked(
  queries: Queries,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<string | undefined> {
  const row = await queries.row<{ userId: string }>`
    select user_id from accounts where provider_id = ${issuer} and account_id = ${subject}`
  return row?.userId
}

export interface NewLink {
  readonly id: string
  readonly accountId: string
  readonly issuer: string
  readonly subject: string
  readonly now: Date
}

export async function insertLinked(tx: Tx, { id, accountId, issuer, subject, now }: NewLink): Promise<void> {
  await tx.run`
    insert into accounts (id, user_id, provider_id, account_id, created_at, updated_at)
    values (${id}, ${accountId}, ${issuer}, ${subject}, ${now}, ${now})`
}

export async function deleteLinked(tx: Tx, accountId: string, id: string): Promise<void> {
  await tx.run`
    delete from accounts where id = ${id} and user_id = ${accountId} and provider_id <> 'credential'`
}

/** An account by its e-mail, locked until the end of the transaction. */
export function lockByEmail(
  tx: Tx,
  email: string,
): Promise<Pick<Account, 'id' | 'role' | 'emailVerified'> | undefined> {
  return tx.row`select id, role, email_verified from users where email = ${email} for update`
}

/** Takes from an account all by which somebody else may have got into it, or would be sent what its owner buys. */
export async function stripAccount(tx: Tx, accountId: string): Promise<void> {
  await tx.run`delete from sessions where user_id = ${accountId}`
  await tx.run`delete from accounts where user_id = ${accountId}`
  await tx.run`delete from second_factors where account_id = ${accountId}`
  await tx.run`delete from passkeys where account_id = ${accountId}`
  await tx.run`delete from links where account_id = ${accountId}`
  await tx.run`delete from addresses where owner_id = ${accountId}`
}
