import { customerErased, guestIdentified } from '@rialto/identity/contract'
import { inTransaction, on, perform, service } from '@rialto/kit/service'
import { orderPlaced } from '@rialto/orders/contract'
import { addCoupon } from './add-coupon.ts'
import { addItem } from './add-item.ts'
import { changeItem } from './change-item.ts'
import { clearCart } from './clear-cart.ts'
import { cart } from './contract.ts'
import { getCart } from './get-cart.ts'
import { removeOldCarts } from './jobs.ts'
import { listCartVariants } from './list-cart-variants.ts'
import { cartOf } from './load-cart.ts'
import { onCustomerErased } from './on-customer-erased.ts'
import { onGuestIdentified } from './on-guest-identified.ts'
import { onOrderPlaced } from './on-order-placed.ts'
import { config, openOwn } from './own.ts'
import { removeCoupon } from './remove-coupon.ts'
import { removeItem } from './remove-item.ts'
import { prepare, removeCarts } from './remove-old-carts.ts'
import { setDelivery } from './set-delivery.ts'
import { showCart, showOwnCart } from './show-cart.ts'

export default service(cart, {
  directory: import.meta.dirname,
  findsByKey: true,
  config,
  open: openOwn,
  prepare,
  routes: {
    getCart,
    listCartVariants,
    addItem,
    changeItem,
    removeItem: inTransaction(removeItem, showOwnCart, cartOf),
    clearCart: inTransaction(clearCart, showOwnCart, cartOf),
    addCoupon: inTransaction(addCoupon, showOwnCart, cartOf),
    removeCoupon: inTransaction(removeCoupon, showOwnCart, cartOf),
    setDelivery: inTransaction(setDelivery, showCart, cartOf),
  },
  hears: [
    on(orderPlaced, onOrderPlaced),
    on(guestIdentified, onGuestIdentified),
    on(customerErased, onCustomerErased),
  ],
  jobs: [perform(removeOldCarts, removeCarts)],
})
