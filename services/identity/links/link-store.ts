import { type Queries, sql, type Tx } from '@rialto/kit/database'

export type Purpose = 'reset-password' | 'verify-email' | 'accept-invitation'

export interface Link {
  readonly id: string
  readonly purpose: Purpose
  readonly accountId: string
  readonly email: string
  readonly expiresAt: string
}

const oldLimit = 100

/** Keeps a link, and forgets some that nobody used in time. False when it was kept before. */
export async function insertLink(tx: Tx, link: Link, now: Date): Promise<boolean> {
  const { id, purpose, accountId, email, expiresAt } = link
  await tx.run`delete from links where id = any(array(
    select id from links where expires_at <= ${now} limit ${oldLimit} for update skip locked))`
  const kept = await tx.run`
    insert into links (id, purpose, account_id, email, expires_at)
    values (${id}, ${purpose}, ${accountId}, ${email}, ${expiresAt}) on conflict (id) do nothing`
  return kept === 1
}

export async function dropLinks(tx: Tx, accountId: string, purpose: Purpose): Promise<void> {
  await tx.run`delete from links where account_id = ${accountId} and purpose = ${purpose}`
}

export interface LinkQuery {
  readonly id: string
  /** Any when it does not matter. */
  readonly purpose?: Purpose
  readonly now: Date
}

/** The link, unless it was used, is too old, or was sent to an address that is no longer the account's. */
export function findLink(queries: Queries, { id, purpose, now }: LinkQuery): Promise<Link | undefined> {
  const meant = purpose === undefined ? sql`` : sql`and l.purpose = ${purpose}`
  return queries.row<Link>`
    select l.* from links l join users u on u.id = l.account_id and u.email = l.email
    where l.id = ${id} and l.expires_at > ${now} ${meant}`
}

/** Uses the link up, and with it all of its kind that the account has. Of several who come at once, one gets it. */
export async function takeLink(tx: Tx, query: LinkQuery & { purpose: Purpose }): Promise<Link | undefined> {
  const link = await findLink(tx, query)
  if (!link) return undefined
  // First the account: who uses two links of it at once would else wait for each other.
  await tx.run`select 1 from users where id = ${link.accountId} for update`
  const taken = await tx.run`delete from links where id = ${link.id}`
  if (taken !== 1) return undefined
  await dropLinks(tx, link.accountId, link.purpose)
  return link
}
