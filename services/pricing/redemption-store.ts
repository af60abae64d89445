import type { Tx } from '@rialto/kit/database'

/** What became of a checkout's coupons before. A second request for the same checkout waits for the first. */
export async function beginRedemption(tx: Tx, checkoutId: string): Promise<'new' | 'redeemed' | 'released'> {
  const inserted = await tx.run`
    insert into redeemed_checkouts (checkout_id, released) values (${checkoutId}, false) on conflict do nothing`
  if (inserted === 1) return 'new'
  const known = await tx.row<{ released: boolean }>`
    select released from redeemed_checkouts where checkout_id = ${checkoutId}`
  return known?.released ? 'released' : 'redeemed'
}

/** Counts one use of each promotion. The caller has locked them and found a use left. */
export async function countUses(
  tx: Tx,
  checkoutId: string,
  shopperId: string,
  promotionIds: readonly string[],
): Promise<void> {
  await tx.run`
    with counted as (update promotions set used = used + 1 where id = any(${promotionIds}) returning id)
    insert into redemptions (checkout_id, promotion_id, shopper_id)
    select ${checkoutId}, id, ${shopperId} from counted`
}

/** Gives the checkout's uses back, once, and keeps it from redeeming later: a release may overtake. */
export async function giveBack(tx: Tx, checkoutId: string): Promise<void> {
  const first = await tx.run`
    insert into redeemed_checkouts (checkout_id, released) values (${checkoutId}, true)
    on conflict (checkout_id) do update set released = true where not redeemed_checkouts.released`
  if (first === 0) return
  await tx.run`
    with given as (
      update redemptions set released = true where checkout_id = ${checkoutId} and not released
      returning promotion_id
    ), locked as (
      select id from promotions where id in (select promotion_id from given) order by id for update
    )
    update promotions set used = used - 1 where id in (select id from locked)`
}
