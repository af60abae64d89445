import { json, type Queries, sql, type Tx } from '@rialto/kit/database'
import type { ApiKey } from '../contract.ts'

export interface KeyRow extends Omit<ApiKey, 'expiresAt' | 'lastUsedAt'> {
  readonly expiresAt: string | null
  readonly usedAt: string | null
}

const columns = sql`id, owner_id, name, prefix, permissions, created_at, expires_at, used_at`

export interface NewKey {
  readonly id: string
  readonly ownerId: string
  readonly name: string
  readonly prefix: string
  readonly hash: string
  readonly permissions: readonly string[]
  readonly expiresAt: string | undefined
}

export async function insertKey(tx: Tx, key: NewKey, now: Date): Promise<KeyRow> {
  const { id, ownerId, name, prefix, hash, permissions, expiresAt } = key
  const row = await tx.row<KeyRow>`
    insert into api_keys (id, owner_id, name, prefix, hash, permissions, created_at, expires_at)
    values (${id}, ${ownerId}, ${name}, ${prefix}, ${hash}, ${json(permissions)}, ${now}, ${expiresAt ?? null})
    returning ${columns}`
  if (!row) throw new Error('An insert returned no row')
  return row
}

export async function countKeys(tx: Tx, ownerId: string): Promise<number> {
  return (await tx.rows`select 1 from api_keys where owner_id = ${ownerId}`).length
}

/** Newest first, as ids sort by time; of one owner, or of all. */
export function listKeys(
  queries: Queries,
  { ownerId, after, limit }: { ownerId: string | undefined; after: string | undefined; limit: number },
): Promise<KeyRow[]> {
  const owned = ownerId === undefined ? sql`true` : sql`owner_id = ${ownerId}`
  const older = after === undefined ? sql`` : sql`and id < ${after}`
  return queries.rows<KeyRow>`
    select ${columns} from api_keys where ${owned} ${older} order by id desc limit ${limit + 1}`
}

/** A key, locked; of one owner, or anybody's. */
export function lockKey(tx: Tx, id: string, ownerId: string | undefined): Promise<KeyRow | undefined> {
  const owned = ownerId === undefined ? sql`` : sql`and owner_id = ${ownerId}`
  return tx.row<KeyRow>`select ${columns} from api_keys where id = ${id} ${owned} for update`
}

export async function deleteKey(tx: Tx, id: string): Promise<void> {
  await tx.run`delete from api_keys where id = ${id}`
}

export interface FoundKey extends KeyRow {
  readonly email: string
  /** The permissions of its owner. */
  readonly held: readonly string[]
}

/** The key with this hash, as long as it lasts, and what its owner may do. */
export function findKey(queries: Queries, hash: string, now: Date): Promise<FoundKey | undefined> {
  return queries.row<FoundKey>`
    select k.*, u.email, u.permissions as held from api_keys k join users u on u.id = k.owner_id and u.role = 'staff'
    where k.hash = ${hash} and (k.expires_at is null or k.expires_at > ${now})`
}

const usedEveryMs = 5 * 60_000

/** Notes that a key is used, unless that was noted a moment ago. */
export async function touchKey(queries: Queries, id: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - usedEveryMs)
  await queries.run`
    update api_keys set used_at = ${now} where id = ${id} and (used_at is null or used_at < ${before})`
}

/** Whose key it is. */
export async function ownerOfKey(queries: Queries, id: string): Promise<string | undefined> {
  return (await queries.row<{ ownerId: string }>`select owner_id from api_keys where id = ${id}`)?.ownerId
}
