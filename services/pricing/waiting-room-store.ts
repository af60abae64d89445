import { type Queries, sql, type Tx } from '@rialto/kit/database'
import type { WaitingRoom } from './contract.ts'

interface Row extends Omit<WaitingRoom, 'productIds' | 'categoryIds'> {
  readonly productIds: string[] | null
  readonly categoryIds: string[] | null
}

/** The room, unless it has ended. `lock` keeps others from changing it until the commit. */
export async function findRoom(queries: Queries, now: Date, lock = false): Promise<WaitingRoom | undefined> {
  const row = await queries.row<Row>`
    select id, waits_from, opens_at, ends_at, per_minute, pass_minutes, product_ids, category_ids, version
    from waiting_room where ends_at > ${now} ${lock ? sql`for update` : sql``}`
  if (!row) return undefined
  const { productIds, categoryIds, ...room } = row
  return { ...room, ...(productIds && { productIds }), ...(categoryIds && { categoryIds }) }
}

export async function saveRoom(tx: Tx, room: WaitingRoom): Promise<void> {
  const { id, waitsFrom, opensAt, endsAt, perMinute, passMinutes, version } = room
  const { productIds = null, categoryIds = null } = room
  await tx.run`
    insert into waiting_room (
      id, waits_from, opens_at, ends_at, per_minute, pass_minutes, product_ids, category_ids, version)
    values (${id}, ${waitsFrom}, ${opensAt}, ${endsAt}, ${perMinute}, ${passMinutes}, ${productIds},
      ${categoryIds}, ${version})
    on conflict (single) do update set id = excluded.id, waits_from = excluded.waits_from,
      opens_at = excluded.opens_at, ends_at = excluded.ends_at, per_minute = excluded.per_minute,
      pass_minutes = excluded.pass_minutes, product_ids = excluded.product_ids,
      category_ids = excluded.category_ids, version = excluded.version`
}

/** Answers whether there was one. */
export async function endRoom(tx: Tx, now: Date): Promise<boolean> {
  return (await tx.run`delete from waiting_room where ends_at > ${now}`) > 0
}

/** Those of the variants for which there is a room. What is not for sale has no price, and none is for it. */
export async function saleGoodsOf(
  queries: Queries,
  variantIds: readonly string[],
  now: Date,
): Promise<string[]> {
  const rows = await queries.rows<{ variantId: string }>`
    select p.variant_id from variant_prices p cross join waiting_room r
    where p.variant_id = any(${variantIds}) and r.ends_at > ${now}
      and (p.product_id = any(r.product_ids) or p.category_ids && r.category_ids
        or (r.product_ids is null and r.category_ids is null))`
  return rows.map(({ variantId }) => variantId)
}
