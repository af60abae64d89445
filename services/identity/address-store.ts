import type { Whose } from '@rialto/kit/access'
import { json, ownedBy, type Queries, sql, type Tx } from '@rialto/kit/database'
import type { Address } from '@rialto/kit/schema'

export interface AddressRow {
  readonly id: string
  readonly address: Address
  readonly isDefault: boolean
  readonly version: number
}

const columns = sql`id, address, is_default, version`

/** Oldest first. */
export function findAddresses(queries: Queries, whose: Whose): Promise<AddressRow[]> {
  return queries.rows<AddressRow>`select ${columns} from addresses where ${ownedBy(whose)} order by id limit 50`
}

export function findAddress(queries: Queries, whose: Whose, id: string): Promise<AddressRow | undefined> {
  return queries.row<AddressRow>`select ${columns} from addresses where id = ${id} and ${ownedBy(whose)}`
}

export function insertAddress(
  tx: Tx,
  { id, ownerId, address, isDefault }: { id: string; ownerId: string; address: Address; isDefault: boolean },
): Promise<AddressRow | undefined> {
  return tx.row<AddressRow>`
    insert into addresses (id, owner_id, address, is_default)
    values (${id}, ${ownerId}, ${json(address)}, ${isDefault}) returning ${columns}`
}

export function replaceAddress(
  tx: Tx,
  { id, address, isDefault }: { id: string; address: Address; isDefault: boolean },
): Promise<AddressRow | undefined> {
  return tx.row<AddressRow>`
    update addresses set address = ${json(address)}, is_default = ${isDefault}, version = version + 1
    where id = ${id} returning ${columns}`
}

export async function deleteAddress(tx: Tx, id: string): Promise<void> {
  await tx.run`delete from addresses where id = ${id}`
}

/** Makes room for another default. */
export async function clearDefault(tx: Tx, ownerId: string): Promise<void> {
  await tx.run`
    update addresses set is_default = false, version = version + 1 where owner_id = ${ownerId} and is_default`
}

/** The oldest address that is left becomes the default. */
export async function promoteOldest(tx: Tx, ownerId: string): Promise<void> {
  await tx.run`
    update addresses set is_default = true, version = version + 1
    where id = (select id from addresses where owner_id = ${ownerId} order by id limit 1)`
}
