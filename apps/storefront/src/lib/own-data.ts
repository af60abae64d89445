import { identity } from '@rialto/identity/contract'
import { type Order, orders } from '@rialto/orders/contract'
import { readCart } from './shop.ts'

const pagesLimit = 100

/** All that the shop shows a customer of themselves, from every service that has something. */
export async function ownData(locals: App.Locals) {
  const { call } = locals
  const [
    profile,
    { items: addresses },
    { items: sessions },
    { items: providers },
    { items: passkeys },
    cart,
    bought,
  ] = await Promise.all([
    call(identity.getProfile, {}),
    call(identity.listAddresses, {}),
    call(identity.listSessions, {}),
    call(identity.listLinkedProviders, {}),
    call(identity.listPasskeys, {}),
    readCart(locals),
    allOrders(call),
  ])
  return { profile, addresses, sessions, providers, passkeys, cart, orders: bought }
}

async function allOrders(call: App.Locals['call']): Promise<Order[]> {
  const found: Order[] = []
  let after: string | undefined
  for (let page = 0; page < pagesLimit; page++) {
    const { items, next } = await call(orders.listOrders, { limit: 100, ...(after && { after }) })
    found.push(...items)
    if (next === undefined) return found
    after = next
  }
  return found
}
