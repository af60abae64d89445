import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import { removeLine, setLine, touchCart } from './cart-store.ts'
import type { cart as api } from './contract.ts'
import { loadCart, refuseOtherVersion } from './load-cart.ts'
import type { Own } from './own.ts'
import { askGoods } from './peers.ts'
import { refuseShort } from './refuse-short.ts'
import { showCart } from './show-cart.ts'

/** Sets a quantity. Fewer is always allowed, also of what has become scarce. */
export const changeItem: Handler<typeof api.changeItem, Own> = async ({ variantId, quantity }, context) => {
  const cart = await loadCart(context)
  const present = cart.items.find((item) => item.variantId === variantId)
  if (!present && quantity > 0) throw notFound('This item is not in your cart.')
  const goods = await askGoods(
    context,
    cart.items.map((item) => item.variantId),
  )
  if (present && quantity > present.quantity) refuseShort(goods, variantId, quantity, present.quantity)
  const unitPrice = goods.variants.get(variantId)?.price.amount ?? null
  await context.database.sharedTransaction(cart.id, async (tx) => {
    const open = await touchCart(tx, cart.ownerId, context.now())
    if (!open) throw new Error(`The cart of ${cart.ownerId} cannot be opened`)
    refuseOtherVersion(open.version - 1, context.expectedVersion)
    if (quantity === 0) await removeLine(tx, open.id, variantId)
    else if (!(await setLine(tx, open.id, { variantId, quantity, unitPrice }))) {
      throw notFound('This item is not in your cart.')
    }
  })
  return showCart(await loadCart(context), context, goods)
}
