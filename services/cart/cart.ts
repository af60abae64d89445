import type { Address } from '@rialto/kit/schema'

export interface Item {
  readonly variantId: string
  readonly quantity: number
  /** As it was called and priced when it was added. */
  readonly title: string
  readonly variantTitle: string
  readonly handle: string
  readonly unitPrice: number
  readonly currency: string
  readonly addedAt: string
}

/** A cart as it is kept; prices and availability are asked each time it is shown. */
export interface StoredCart {
  readonly id: string
  readonly ownerId: string
  readonly items: readonly Item[]
  readonly coupons: readonly string[]
  readonly country: string | null
  readonly address: Address | null
  readonly email: string | null
  readonly deliveryMethodId: string | null
  readonly note: string | null
  readonly version: number
  readonly doneKeys: readonly string[]
}

export const lineLimit = 100
export const quantityLimit = 9_999
export const couponLimit = 10

/**
 * Everyone has one cart, and its id follows from theirs. So an empty cart can be shown without being written,
 * and has the id under which it will be.
 */
export function cartIdOf(ownerId: string): string {
  return `cart_${ownerId.slice(ownerId.indexOf('_') + 1)}`
}

export function emptyCart(ownerId: string): StoredCart {
  return {
    id: cartIdOf(ownerId),
    ownerId,
    items: [],
    coupons: [],
    country: null,
    address: null,
    email: null,
    deliveryMethodId: null,
    note: null,
    version: 1,
    doneKeys: [],
  }
}

export function normalCoupon(code: string): string {
  return code.trim().toUpperCase()
}

export interface Merge {
  readonly merged: StoredCart
  /** Lines that found no room; they stay in the guest's cart. */
  readonly rest: readonly Item[]
}

/**
 * What a guest had collected joins what the customer already has: every line of both, the larger quantity
 * where both have one. Merging again changes nothing.
 */
export function mergeCarts(mine: StoredCart, guests: StoredCart): Merge {
  const items = new Map(mine.items.map((item) => [item.variantId, item]))
  const rest: Item[] = []
  for (const item of guests.items) {
    const known = items.get(item.variantId)
    if (!known && items.size >= lineLimit) rest.push(item)
    else if (!known || known.quantity < item.quantity) items.set(item.variantId, item)
  }
  return {
    merged: {
      ...mine,
      items: [...items.values()],
      coupons: [...new Set([...mine.coupons, ...guests.coupons])].slice(0, couponLimit),
      country: mine.country ?? guests.country,
      // An address and its country stay together.
      address: mine.address ?? (mine.country && mine.country !== guests.country ? null : guests.address),
      email: mine.email ?? guests.email,
      deliveryMethodId: mine.deliveryMethodId ?? guests.deliveryMethodId,
      note: mine.note ?? guests.note,
    },
    rest,
  }
}

export interface DeliveryChange {
  readonly country?: string
  readonly address?: Address
  readonly email?: string
  readonly deliveryMethodId?: string
  readonly note?: string
}

type Delivery = Pick<StoredCart, 'country' | 'address' | 'email' | 'deliveryMethodId' | 'note'>

/** Fields that are left out stay. The country is always that of the address, for delivery is priced by it. */
export function changeDelivery(cart: Delivery, change: DeliveryChange): Delivery {
  const country = change.address?.country ?? change.country ?? cart.country
  const address = change.address ?? cart.address
  return {
    country,
    address: address?.country === country ? address : null,
    email: change.email ?? cart.email,
    deliveryMethodId: change.deliveryMethodId ?? cart.deliveryMethodId,
    note: change.note === undefined ? cart.note : change.note.trim() || null,
  }
}
