import type { Product } from '@rialto/catalog/contract'
import { newId } from '@rialto/kit/id'

let created = Date.parse('2026-01-01T00:00:00Z')

/** A product with one variant, made a second after the one before it. */
export function product(title: string, amount: number, more: Partial<Product> = {}): Product {
  const id = newId('prod')
  created += 1000
  const at = new Date(created).toISOString()
  return {
    id,
    handle: `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${created}`,
    title,
    description: '',
    vendor: 'Norde',
    type: '',
    tags: [],
    status: 'active',
    categories: [],
    options: [],
    attributes: [],
    media: [],
    seo: {},
    variants: [variant(id, amount)],
    createdAt: at,
    updatedAt: at,
    version: 1,
    ...more,
  }
}

export function variant(productId: string, amount: number): Product['variants'][number] {
  return {
    id: newId('var'),
    productId,
    title: '',
    options: {},
    price: { amount, currency: 'EUR' },
    taxClass: 'standard',
    weightGrams: 1,
    requiresShipping: true,
    position: 1,
  }
}

export function attributes(of: Readonly<Record<string, string>>): Product['attributes'] {
  return Object.entries(of).map(([name, value]) => ({ name, value }))
}
