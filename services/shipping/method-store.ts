import { json, type Queries, type Tx } from '@rialto/kit/database'
import type { DeliveryMethod } from './contract.ts'
import { inShopOrder } from './delivery-options.ts'

export type MethodDetails = Omit<DeliveryMethod, 'id' | 'version'>

/** Methods of a shop at most. */
const methodsLimit = 500

export async function loadMethods(queries: Queries): Promise<DeliveryMethod[]> {
  const rows = await queries.rows<{ id: string; details: MethodDetails; version: number }>`
    select id, details, version from delivery_methods where removed_at is null order by id limit ${methodsLimit}`
  return rows.map(({ id, details, version }) => ({ id, ...details, version })).sort(inShopOrder)
}

export async function insertMethods(tx: Tx, methods: readonly DeliveryMethod[]): Promise<void> {
  const rows = methods.map(({ id, version, ...details }) => ({ id, version, details }))
  await tx.run`
    insert into delivery_methods (id, details, version)
    select id, details, version from jsonb_to_recordset(${json(rows)}) as m(id text, details jsonb, version bigint)`
}

/** Whether the shop has or ever had a method. */
export async function hasHadMethods(queries: Queries): Promise<boolean> {
  return (await queries.row`select 1 from delivery_methods limit 1`) !== undefined
}

/** The present version of a method, locked until the end of the transaction. */
export async function lockMethodVersion(tx: Tx, id: string): Promise<number | undefined> {
  const row = await tx.row<{ version: number }>`
    select version from delivery_methods where id = ${id} and removed_at is null for update`
  return row?.version
}

export async function updateMethod(tx: Tx, { id, version, ...details }: DeliveryMethod): Promise<void> {
  await tx.run`update delivery_methods set details = ${json(details)}, version = ${version} where id = ${id}`
}

export async function markMethodRemoved(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.run`update delivery_methods set removed_at = ${now}, version = version + 1 where id = ${id}`
}
