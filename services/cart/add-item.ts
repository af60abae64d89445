import type { Context, Handler } from '@rialto/kit/service'
import { type Item, lineLimit, quantityLimit, type StoredCart } from './cart.ts'
import { addToLine, touchCart } from './cart-store.ts'
import { type cart as api, cartFull, notForSale } from './contract.ts'
import { loadCart, refuseOtherVersion } from './load-cart.ts'
import type { Own } from './own.ts'
import { askGoods, type Goods } from './peers.ts'
import { refuseShort } from './refuse-short.ts'
import { showCart } from './show-cart.ts'

/**
 * Adds to the cart what is for sale and in stock. The key of the request is kept with the cart, so an addition
 * counts once even if its answer could not be given.
 */
export const addItem: Handler<typeof api.addItem, Own> = async ({ variantId, quantity = 1 }, context) => {
  const cart = await loadCart(context)
  const { idempotencyKey } = context
  if (idempotencyKey !== undefined && cart.doneKeys.includes(idempotencyKey)) return showCart(cart, context)
  const present = cart.items.find((item) => item.variantId === variantId)
  if (!present && cart.items.length >= lineLimit) throw full()
  const goods = await askGoods(context, [
    ...new Set([...cart.items.map((item) => item.variantId), variantId]),
  ])
  const wanted = Math.min(quantityLimit, (present?.quantity ?? 0) + quantity)
  const item = itemOf(variantId, quantity, goods, context.now())
  refuseShort(goods, variantId, wanted, present?.quantity ?? 0)
  const changed = await write(item, cart, context)
  return showCart(changed ?? (await loadCart(context)), context, goods)
}

function itemOf(variantId: string, quantity: number, { variants }: Goods, now: Date): Item {
  const variant = variants.get(variantId)
  if (!variant) throw notForSale('This is not for sale any more.', { variantId })
  return {
    variantId,
    quantity,
    title: variant.productTitle,
    variantTitle: variant.title,
    handle: variant.productHandle,
    unitPrice: variant.price.amount,
    currency: variant.price.currency,
    addedAt: now.toISOString(),
  }
}

/** Undefined when the same request was done in the meantime. */
function write(
  item: Item,
  { id, ownerId }: StoredCart,
  { database, now, idempotencyKey, expectedVersion }: Context<Own>,
): Promise<StoredCart | undefined> {
  return database.sharedTransaction(id, async (tx) => {
    const cart = await touchCart(tx, ownerId, now(), idempotencyKey)
    if (!cart) return undefined
    refuseOtherVersion(cart.version - 1, expectedVersion)
    const items = await addToLine(tx, cart.id, item)
    if (!items) throw full()
    return { ...cart, items }
  })
}

function full() {
  return cartFull(`A cart holds ${lineLimit} different items. Order these first, or remove some.`)
}
