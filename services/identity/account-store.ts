import type { Whose } from '@rialto/kit/access'
import { json, ownedBy, type Queries, sql, type Tx } from '@rialto/kit/database'
import type { Account } from './profile.ts'
import { hasFactor } from './second-factor/strength-store.ts'

const columns = sql`id, email, email_verified, name, role, permissions, created_at, version,
  case when role = 'staff' then array(select role_id from staff_roles where account_id = id order by role_id) end as role_ids`

export function findAccount(queries: Queries, id: string): Promise<Account | undefined> {
  return queries.row<Account>`select ${columns} from users where id = ${id}`
}

export interface AccountPage {
  readonly role: 'customer' | 'staff'
  /** Part of the name or the e-mail. */
  readonly q: string | undefined
  readonly after: string | undefined
  readonly limit: number
}

/** Newest first: ids sort by time. */
export function listAccounts(queries: Queries, { role, q, after, limit }: AccountPage): Promise<Account[]> {
  const older = after === undefined ? sql`` : sql`and id < ${after}`
  const factors = role === 'staff' ? sql`, ${hasFactor(sql`users.id`)} as has_second_factor` : sql``
  const like = q && `%${q.trim().replace(/[\\%_]/g, '\\$&')}%`
  const named = like ? sql`and (name ilike ${like} or email ilike ${like})` : sql``
  return queries.rows<Account>`
    select ${columns} ${factors} from users where role = ${role} ${named} ${older} order by id desc limit ${limit + 1}`
}

/** Staff who may do it and can sign in, the oldest accounts first. */
export function listStaffWith(
  queries: Queries,
  { permission, limit }: { permission: string; limit: number },
): Promise<Pick<Account, 'id' | 'email'>[]> {
  return queries.rows<Pick<Account, 'id' | 'email'>>`
    select id, email from users u where role = 'staff' and permissions ?| ${['*', permission]}
      and (exists (select 1 from accounts where user_id = u.id) or exists (select 1 from passkeys where account_id = u.id))
    order by id limit ${limit}`
}

/** A staff account, locked until the end of the transaction. */
export function lockStaff(tx: Tx, id: string): Promise<Account | undefined> {
  return tx.row<Account>`select ${columns} from users where id = ${id} and role = 'staff' for update`
}

/** Saves the name and, if they are given, the permissions that come by no role. */
export async function saveStaff(
  tx: Tx,
  { id, name, version }: Account,
  granted: readonly string[] | undefined,
  now: Date,
): Promise<void> {
  const given = granted === undefined ? sql`` : sql`granted = ${json(granted)},`
  await tx.run`
    update users set ${given} name = ${name}, version = ${version}, updated_at = ${now} where id = ${id}`
}

/** Counts a change of what belongs to the account. */
export async function touchAccount(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.run`update users set version = version + 1, updated_at = ${now} where id = ${id}`
}

/** Its sessions and ways to sign in go with it. */
export async function deleteAccount(tx: Tx, id: string): Promise<void> {
  await tx.run`delete from users where id = ${id}`
}

export async function staffExists(queries: Queries): Promise<boolean> {
  return (await queries.row`select 1 from users where role = 'staff' limit 1`) !== undefined
}

/** Changes the name if the account is theirs and still has the expected version. */
export function renameAccount(
  tx: Tx,
  whose: Whose,
  change: { id: string; name: string | undefined; expectedVersion: number | undefined; now: Date },
): Promise<Account | undefined> {
  const { id, name, expectedVersion, now } = change
  const expected = expectedVersion === undefined ? sql`` : sql`and version = ${expectedVersion}`
  return tx.row<Account>`
    update users set name = coalesce(${name ?? null}, name), version = version + 1, updated_at = ${now}
    where id = ${id} and ${ownedBy(whose, sql`id`)} ${expected} returning ${columns}`
}

/** Makes the changes to one account's addresses wait for each other. */
export async function lockAccount(tx: Tx, id: string): Promise<boolean> {
  return (await tx.row`select 1 from users where id = ${id} for update`) !== undefined
}
