import { json, type Queries, sql, type Tx } from '@rialto/kit/database'
import { cartIdOf, emptyCart, type Item, lineLimit, quantityLimit, type StoredCart } from './cart.ts'

type CartRow = Omit<StoredCart, 'items'>

const columns = sql`
  id, owner_id, country, address, email, delivery_method_id, coupons, note, version, done_keys`
const withItems = sql`${columns},
  coalesce((
    select jsonb_agg(jsonb_build_object('variantId', variant_id, 'quantity', quantity, 'title', title,
      'variantTitle', variant_title, 'handle', handle, 'unitPrice', unit_price, 'currency', currency,
      'addedAt', added_at) order by added_at, variant_id)
    from cart_items where cart_id = carts.id), '[]') as items`

/** The carts of these owners with their items, in one statement. */
export function readCarts(queries: Queries, ownerIds: readonly string[]): Promise<StoredCart[]> {
  return queries.rows<StoredCart>`select ${withItems} from carts where owner_id = any(${ownerIds})`
}

/** Which variants the carts of these owners hold. */
export async function variantsOf(queries: Queries, ownerIds: readonly string[]): Promise<string[]> {
  const rows = await queries.rows<{ variantId: string }>`
    select distinct variant_id from cart_items
    where cart_id in (select id from carts where owner_id = any(${ownerIds}))`
  return rows.map(({ variantId }) => variantId)
}

/**
 * Locks the owner's cart for a change, which makes it the next version; the first change creates it.
 * Undefined when the change under this key was made before.
 */
export async function touchCart(
  tx: Tx,
  ownerId: string,
  now: Date,
  key: string | null = null,
): Promise<CartRow | undefined> {
  // A statement does not see the cart that another one made while it waited for that; the next one does.
  return (await makeOrTouch(tx, ownerId, now, key)) ?? makeOrTouch(tx, ownerId, now, key)
}

function makeOrTouch(tx: Tx, ownerId: string, now: Date, key: string | null): Promise<CartRow | undefined> {
  // Id and owner are both unique, and a conflict that names one of them would fail at the other.
  return tx.row<CartRow>`
    with made as (
      insert into carts (id, owner_id, version, done_keys, updated_at)
      values (${cartIdOf(ownerId)}, ${ownerId}, 2, array_remove(array[${key}::text], null), ${now})
      on conflict do nothing
      returning ${columns}
    ), touched as (
      update carts set version = version + 1, updated_at = ${now},
        done_keys = case when ${key}::text is null then done_keys
          else (done_keys || ${key}::text)[greatest(1, cardinality(done_keys) - 18):] end
      where owner_id = ${ownerId} and (${key}::text is null or not ${key}::text = any(done_keys))
      returning ${columns}
    )
    select * from made union all select * from touched`
}

/**
 * Adds to the quantity of a line, or makes the line if there is room. Answers with all lines, or undefined
 * when the cart is full. The cart must be locked.
 */
export async function addToLine(tx: Tx, cartId: string, item: Item): Promise<Item[] | undefined> {
  const { variantId, quantity, title, variantTitle, handle, unitPrice, currency, addedAt } = item
  const items = await tx.rows<Item>`
    with room as (
      select count(*) < ${lineLimit} or coalesce(bool_or(variant_id = ${variantId}), false) as there
      from cart_items where cart_id = ${cartId}
    ), added as (
      insert into cart_items (
        cart_id, variant_id, quantity, title, variant_title, handle, unit_price, currency, added_at)
      select ${cartId}, ${variantId}, ${quantity}, ${title}, ${variantTitle}, ${handle}, ${unitPrice},
        ${currency}, ${addedAt} from room where there
      on conflict (cart_id, variant_id) do update set
        quantity = least(${quantityLimit}, cart_items.quantity + excluded.quantity), title = excluded.title,
        variant_title = excluded.variant_title, handle = excluded.handle, unit_price = excluded.unit_price,
        currency = excluded.currency
      returning variant_id, quantity, title, variant_title, handle, unit_price, currency, added_at
    )
    select variant_id, quantity, title, variant_title, handle, unit_price, currency, added_at
    from cart_items where cart_id = ${cartId} and variant_id <> ${variantId}
    union all select * from added order by added_at, variant_id`
  return items.some((one) => one.variantId === variantId) ? items : undefined
}

/** Whether the line is there. The price now is what the shopper has seen. */
export async function setLine(
  tx: Tx,
  cartId: string,
  { variantId, quantity, unitPrice }: { variantId: string; quantity: number; unitPrice: number | null },
): Promise<boolean> {
  const changed = await tx.run`
    update cart_items set quantity = ${quantity}, unit_price = coalesce(${unitPrice}, unit_price)
    where cart_id = ${cartId} and variant_id = ${variantId}`
  return changed === 1
}

export function removeLine(tx: Tx, cartId: string, variantId: string): Promise<number> {
  return tx.run`delete from cart_items where cart_id = ${cartId} and variant_id = ${variantId}`
}

export function removeLines(tx: Tx, cartId: string): Promise<number> {
  return tx.run`delete from cart_items where cart_id = ${cartId}`
}

export function saveCoupons(tx: Tx, cartId: string, coupons: readonly string[]): Promise<number> {
  return tx.run`update carts set coupons = ${coupons} where id = ${cartId}`
}

/** Answers with the cart as it is now. It must be locked, and its items written by other statements. */
export async function saveDelivery(
  tx: Tx,
  cartId: string,
  cart: Pick<CartRow, 'country' | 'address' | 'email' | 'deliveryMethodId' | 'note'>,
): Promise<StoredCart> {
  const address = cart.address && json(cart.address)
  const saved = await tx.row<StoredCart>`
    update carts set country = ${cart.country}, address = ${address}, email = ${cart.email},
      delivery_method_id = ${cart.deliveryMethodId}, note = ${cart.note}
    where id = ${cartId} returning ${withItems}`
  if (!saved) throw new Error(`The cart ${cartId} is not there`)
  return saved
}

/** Locks two owners' carts; the first is an empty one when it does not exist. */
export async function lockTwo(tx: Tx, mine: string, guests: string): Promise<[StoredCart, StoredCart?]> {
  await tx.run`select from carts where owner_id = any(${[mine, guests]}) order by owner_id for update`
  // Read behind the locks: what was committed while waiting for them must be seen.
  const carts = await readCarts(tx, [mine, guests])
  const of = (ownerId: string) => carts.find((cart) => cart.ownerId === ownerId)
  return [of(mine) ?? emptyCart(mine), of(guests)]
}

/** Writes a merged cart and takes the lines it now has out of the other; an empty other one is removed. */
export async function saveMerged(tx: Tx, merged: StoredCart, otherId: string, now: Date): Promise<void> {
  const cart = await touchCart(tx, merged.ownerId, now)
  if (!cart) throw new Error(`The cart of ${merged.ownerId} cannot be written`)
  await saveDelivery(tx, cart.id, merged)
  await saveCoupons(tx, cart.id, merged.coupons)
  await tx.run`
    insert into cart_items (
      cart_id, variant_id, quantity, title, variant_title, handle, unit_price, currency, added_at)
    select ${cart.id}, "variantId", quantity, title, "variantTitle", handle, "unitPrice", currency, "addedAt"
    from jsonb_to_recordset(${json(merged.items)}) as i("variantId" text, quantity integer, title text,
      "variantTitle" text, handle text, "unitPrice" bigint, currency text, "addedAt" timestamptz)
    on conflict (cart_id, variant_id) do update set quantity = greatest(cart_items.quantity, excluded.quantity)`
  const moved = merged.items.map(({ variantId }) => variantId)
  await tx.run`delete from cart_items where cart_id = ${otherId} and variant_id = any(${moved})`
  await tx.run`
    delete from carts where id = ${otherId} and not exists (select from cart_items where cart_id = ${otherId})`
}

/** Notes who has the things of a cart now: an order made from it may be heard of later. */
export async function noteHeir(tx: Tx, cartId: string, ownerId: string, now: Date): Promise<void> {
  await tx.run`
    insert into joined_carts (id, owner_id, at) values (${cartId}, ${ownerId}, ${now})
    on conflict (id) do update set owner_id = excluded.owner_id, at = excluded.at`
}

/** Whose cart the things of a cart have joined. */
export async function heirOf(tx: Tx, cartId: string): Promise<string | undefined> {
  const row = await tx.row<{ ownerId: string }>`select owner_id from joined_carts where id = ${cartId}`
  return row?.ownerId
}

/** What was bought of a cart. */
export interface Purchase {
  readonly cartId: string
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[]
  readonly coupons: readonly string[]
}

/**
 * Takes bought quantities, used coupons and the orders' notes out of carts, each of which is named once. Answers with
 * the ids of those that are there.
 */
export async function takeOut(tx: Tx, purchases: readonly Purchase[], now: Date): Promise<Set<string>> {
  const found = await tx.rows<{ id: string }>`
    with locked as (
      select c.id, p.coupons from carts c
      join jsonb_to_recordset(${json(purchases)}) as p("cartId" text, coupons jsonb) on c.id = p."cartId"
      order by c.id for update of c
    )
    update carts set version = version + 1, updated_at = ${now}, note = null,
      coupons = array(select code from unnest(carts.coupons) with ordinality as c(code, place)
        where not locked.coupons ? code order by place)
    from locked where carts.id = locked.id returning carts.id`
  const ids = new Set(found.map(({ id }) => id))
  if (ids.size === 0) return ids
  const lines = purchases.flatMap(({ cartId, lines }) =>
    ids.has(cartId) ? lines.map(({ variantId, quantity }) => ({ cartId, variantId, quantity })) : [],
  )
  await tx.run`
    with bought as (
      select "cartId" as cart_id, "variantId" as variant_id, sum(quantity)::integer as quantity
      from jsonb_to_recordset(${json(lines)}) as b("cartId" text, "variantId" text, quantity integer) group by 1, 2
    ), emptied as (
      delete from cart_items i using bought b
      where i.cart_id = b.cart_id and i.variant_id = b.variant_id and i.quantity <= b.quantity
    )
    update cart_items i set quantity = i.quantity - b.quantity from bought b
    where i.cart_id = b.cart_id and i.variant_id = b.variant_id and i.quantity > b.quantity`
  return ids
}

/** What somebody who is to be forgotten has put into carts. */
export async function removeCartsOf(tx: Tx, ownerId: string): Promise<void> {
  await tx.run`delete from carts where owner_id = ${ownerId}`
  await tx.run`delete from joined_carts where owner_id = ${ownerId}`
}

/** Removes carts that nobody has changed since, up to `limit`; answers how many. */
export async function removeUntouched(queries: Queries, since: Date, limit: number): Promise<number> {
  await queries.run`delete from joined_carts where id = any(array(
    select id from joined_carts where at < ${since} order by at limit ${limit} for update skip locked))`
  return queries.run`
    delete from carts where id = any(array(
      select id from carts where updated_at < ${since} order by updated_at limit ${limit} for update skip locked))`
}
