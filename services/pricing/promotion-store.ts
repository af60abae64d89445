import { json, type Queries, sql, type Tx } from '@rialto/kit/database'
import type { Promotion } from './contract.ts'
import type { Offer } from './promotion.ts'

/** Promotions without coupon at most; a shop has a few. */
const automaticLimit = 1_000

/** The running and coming promotions that need no coupon. */
export async function loadAutomaticPromotions(queries: Queries, now: Date): Promise<Offer[]> {
  const rows = await queries.rows<PromotionRow>`
    select * from promotions where coupon is null and removed_at is null and (ends_at is null or ends_at > ${now})
    order by priority desc, id limit ${automaticLimit}`
  return rows.map((row) => ({ ...promotionOf(row), usedByShopper: 0 }))
}

/** The promotions of the entered codes, with the shopper's own uses of each. */
export async function loadCoupons(
  queries: Queries,
  codes: readonly string[],
  shopperId: string | undefined,
): Promise<Offer[]> {
  const rows = await queries.rows<PromotionRow & { usedByShopper: number }>`
    select p.*, (select count(*) from redemptions r
      where r.promotion_id = p.id and r.shopper_id = ${shopperId} and not r.released) as used_by_shopper
    from promotions p where coupon = any(${codes}) and removed_at is null`
  return rows.map((row) => ({ ...promotionOf(row), usedByShopper: row.usedByShopper }))
}

/** The same, for counting: whoever else counts a use of them waits. Always in one order, against deadlocks. */
export async function lockCoupons(
  tx: Tx,
  codes: readonly string[],
  shopperId: string | undefined,
): Promise<Offer[]> {
  await tx.run`select 1 from promotions where coupon = any(${codes}) and removed_at is null order by id for update`
  // Read behind the locks by a statement of its own: it sees what those waited for have counted.
  return loadCoupons(tx, codes, shopperId)
}

/** Newest first. */
export async function pagePromotions(
  queries: Queries,
  { before, coupon, limit }: { before: string | null; coupon: string | undefined; limit: number },
): Promise<Promotion[]> {
  const withCode = coupon === undefined ? sql`` : sql`and coupon = ${coupon.trim().toUpperCase()}`
  const rows = await queries.rows<PromotionRow>`
    select * from promotions where removed_at is null and (${before}::text is null or id < ${before}) ${withCode}
    order by id desc limit ${limit}`
  return rows.map(promotionOf)
}

/** A promotion that has not been ended. `lock` keeps others from changing it until the commit. */
export async function findPromotion(
  queries: Queries,
  id: string,
  lock = false,
): Promise<Promotion | undefined> {
  const row = await queries.row<PromotionRow>`
    select * from promotions where id = ${id} and removed_at is null ${lock ? sql`for update` : sql``}`
  return row && promotionOf(row)
}

/** Writes the terms of a locked promotion; its uses are counted elsewhere. */
export async function savePromotion(tx: Tx, promotion: Promotion): Promise<void> {
  const { id, startsAt, endsAt, usageLimit, usageLimitPerShopper, version, ...rest } = promotion
  const { coupon: _, used: __, ...terms } = rest
  await tx.run`
    update promotions set terms = ${json(terms)}, priority = ${terms.priority ?? 0}, starts_at = ${startsAt},
      ends_at = ${endsAt}, usage_limit = ${usageLimit}, usage_limit_per_shopper = ${usageLimitPerShopper},
      version = ${version} where id = ${id}`
}

/** Returns whether the coupon was free. */
export async function insertPromotion(tx: Tx, promotion: Promotion): Promise<boolean> {
  const { id, coupon, startsAt, endsAt, usageLimit, usageLimitPerShopper, used, version, ...terms } =
    promotion
  const inserted = await tx.run`
    insert into promotions
      (id, coupon, terms, priority, starts_at, ends_at, usage_limit, usage_limit_per_shopper, used, version)
    values (${id}, ${coupon}, ${json(terms)}, ${terms.priority ?? 0}, ${startsAt}, ${endsAt}, ${usageLimit},
      ${usageLimitPerShopper}, ${used}, ${version})
    on conflict (coupon) where removed_at is null do nothing`
  return inserted === 1
}

/** The version of a promotion that was not ended yet, locked. */
export async function lockVersion(tx: Tx, id: string): Promise<number | undefined> {
  const row = await tx.row<{ version: number }>`
    select version from promotions where id = ${id} and removed_at is null for update`
  return row?.version
}

/** The row stays for the sake of its redemptions; its coupon may be used for another promotion. */
export async function endPromotion(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.run`update promotions set removed_at = ${now}, version = version + 1 where id = ${id}`
}

interface PromotionRow {
  readonly id: string
  readonly coupon: string | null
  readonly terms: Pick<Promotion, 'label' | 'action'> & Partial<Promotion>
  readonly startsAt: string | null
  readonly endsAt: string | null
  readonly usageLimit: number | null
  readonly usageLimitPerShopper: number | null
  readonly used: number
  readonly version: number
}

function promotionOf(row: PromotionRow): Promotion {
  return {
    id: row.id,
    ...row.terms,
    ...(row.coupon !== null && { coupon: row.coupon }),
    ...(row.startsAt !== null && { startsAt: row.startsAt }),
    ...(row.endsAt !== null && { endsAt: row.endsAt }),
    ...(row.usageLimit !== null && { usageLimit: row.usageLimit }),
    ...(row.usageLimitPerShopper !== null && { usageLimitPerShopper: row.usageLimitPerShopper }),
    used: row.used,
    version: row.version,
  }
}
