import cart from '@rialto/cart'
import catalog from '@rialto/catalog'
import identity from '@rialto/identity'
import inventory from '@rialto/inventory'
import type { Service } from '@rialto/kit/service'
import notifications from '@rialto/notifications'
import orders from '@rialto/orders'
import payments from '@rialto/payments'
import pricing from '@rialto/pricing'
import search from '@rialto/search'
import shipping from '@rialto/shipping'

/** Every service of the platform; the gateway and the pages stand in front of them. */
export const services: readonly Service[] = [
  catalog,
  search,
  pricing,
  identity,
  cart,
  orders,
  payments,
  inventory,
  shipping,
  notifications,
]
