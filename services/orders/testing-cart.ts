import type { Cart } from '@rialto/cart/contract'
import { newId } from '@rialto/kit/id'

export const address = {
  name: 'Ada',
  line1: 'Bahnhofstr. 1',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
}
export const unitPrice = 1_190

export function cartOf(
  ownerId: string,
  variantId: string,
  { quantity = 1, left = 10, coupon = '' } = {},
): Cart {
  const total = unitPrice * quantity
  const tax = 190 * quantity
  const line = { variantId, quantity, unitPrice, subtotal: total, adjustments: [], taxRate: 19 }
  const methodId = newId('ship')
  return {
    id: newId('cart'),
    ownerId,
    currency: 'EUR',
    items: [
      {
        variantId,
        quantity,
        title: 'Tea',
        variantTitle: 'Bag',
        handle: 'tea',
        weightGrams: 100,
        requiresShipping: true,
        unitPrice,
        total,
        availability: 'in-stock',
        available: left,
      },
    ],
    itemCount: quantity,
    coupons: coupon ? [coupon] : [],
    country: 'DE',
    address,
    email: 'ada@example.com',
    deliveryMethodId: methodId,
    deliveryOptions: [
      {
        methodId,
        name: 'Parcel',
        description: '',
        price: { amount: 0, currency: 'EUR' },
        earliest: '2026-01-02',
        latest: '2026-01-04',
      },
    ],
    quote: {
      currency: 'EUR',
      pricesIncludeTax: true,
      lines: [{ ...line, taxBase: total - tax, tax, total }],
      coupons: coupon ? [{ code: coupon, applied: true }] : [],
      hints: [],
      missing: [],
      subtotal: total,
      discount: 0,
      deliveryTotal: 0,
      tax,
      total,
    },
    ready: true,
    version: 1,
  }
}
