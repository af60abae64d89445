import { json, type Queries, sql, type Tx } from '@rialto/kit/database'
import type { Role } from '../contract.ts'

const columns = sql`id, name, permissions, created_at, version`

export interface NewRole {
  readonly id: string
  readonly name: string
  readonly permissions: readonly string[]
}

export async function insertRole(tx: Tx, { id, name, permissions }: NewRole, now: Date): Promise<Role> {
  const role = await tx.row<Role>`
    insert into roles (id, name, permissions, created_at, updated_at)
    values (${id}, ${name}, ${json(permissions)}, ${now}, ${now}) returning ${columns}`
  if (!role) throw new Error('An insert returned no row')
  return role
}

export async function countRoles(tx: Tx): Promise<number> {
  return Number((await tx.row<{ roles: number }>`select count(*) as roles from roles`)?.roles)
}

/** Newest first: ids sort by time. */
export function listRoles(
  queries: Queries,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<Role[]> {
  const older = after === undefined ? sql`` : sql`where id < ${after}`
  return queries.rows<Role>`select ${columns} from roles ${older} order by id desc limit ${limit + 1}`
}

export function lockRole(tx: Tx, id: string): Promise<Role | undefined> {
  return tx.row<Role>`select ${columns} from roles where id = ${id} for update`
}

/** These roles, held as they are until the end of the transaction. Lock accounts after them, never before. */
export function holdRoles(tx: Tx, ids: readonly string[]): Promise<Role[]> {
  return tx.rows<Role>`select ${columns} from roles where id = any(${ids}) order by id for share`
}

export async function saveRole(tx: Tx, { id, name, permissions, version }: Role, now: Date): Promise<void> {
  await tx.run`
    update roles set name = ${name}, permissions = ${json(permissions)}, version = ${version}, updated_at = ${now}
    where id = ${id}`
}

export async function deleteRole(tx: Tx, id: string): Promise<void> {
  await tx.run`delete from roles where id = ${id}`
}

export async function hasRole(tx: Tx, accountId: string, roleId: string): Promise<boolean> {
  const found = await tx.row`
    select 1 from staff_roles where account_id = ${accountId} and role_id = ${roleId}`
  return found !== undefined
}

export async function isInUse(tx: Tx, roleId: string): Promise<boolean> {
  return (await tx.row`select 1 from staff_roles where role_id = ${roleId} limit 1`) !== undefined
}

export async function replaceRoles(tx: Tx, accountId: string, roleIds: readonly string[]): Promise<void> {
  // From now on what comes by roles is told from what was given besides.
  await tx.run`update users set granted = coalesce(granted, permissions) where id = ${accountId}`
  await tx.run`delete from staff_roles where account_id = ${accountId}`
  await tx.run`insert into staff_roles (account_id, role_id) select ${accountId}, unnest(${roleIds}::text[])`
}

const effective = sql`(
  select coalesce(jsonb_agg(p order by p), '[]') from (
    select jsonb_array_elements_text(coalesce(u.granted, u.permissions)) as p
    union
    select jsonb_array_elements_text(r.permissions) from staff_roles s join roles r on r.id = s.role_id
    where s.account_id = u.id) held)`

/** Makes anew what one staff member may do. */
export async function refreshMember(tx: Tx, accountId: string): Promise<void> {
  await tx.run`update users u set permissions = ${effective} where u.id = ${accountId}`
}

/** Makes anew what all who have the role may do. */
export async function refreshMembers(tx: Tx, roleId: string, now: Date): Promise<void> {
  await tx.run`
    update users u set permissions = ${effective}, version = u.version + 1, updated_at = ${now}
    where exists (select 1 from staff_roles s where s.account_id = u.id and s.role_id = ${roleId})`
}
