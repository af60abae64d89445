import type { Product } from '@rialto/catalog/contract'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'

/** What several tests of this service need. */
export const staff: Actor = { kind: 'staff', id: newId('staff'), permissions: ['pricing'] }

/** A product as the catalog tells of it: one variant per price. */
export function product(prices: readonly number[], more: Partial<Product> = {}): Product {
  const id = more.id ?? newId('prod')
  const at = '2026-01-01T00:00:00.000Z'
  return {
    id,
    handle: 'tea',
    title: 'Tea',
    description: '',
    vendor: '',
    type: '',
    tags: [],
    status: 'active',
    categories: [],
    options: [],
    attributes: [],
    media: [],
    seo: {},
    variants: prices.map((amount, position) => ({
      id: newId('var'),
      productId: id,
      title: 'Bag',
      options: {},
      price: { amount, currency: 'EUR' },
      taxClass: 'standard',
      weightGrams: 100,
      requiresShipping: true,
      position,
    })),
    createdAt: at,
    updatedAt: at,
    version: 1,
    ...more,
  }
}
