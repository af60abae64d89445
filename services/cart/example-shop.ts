import { catalog, type VariantForSale } from '@rialto/catalog/contract'
import { type Availability, inventory } from '@rialto/inventory/contract'
import type { Reply } from '@rialto/kit/contract'
import { unavailable } from '@rialto/kit/problem'
import { peer } from '@rialto/kit/testing'
import { pricing, type Quote, type QuoteRequest } from '@rialto/pricing/contract'
import { type DeliveryOption, shipping } from '@rialto/shipping/contract'
import type { Item } from './cart.ts'

/** Stand-ins for the peers of cart: a little shop whose shelves a test can fill, and whose parts it can stop. */
export function openShop() {
  const variants = new Map<string, VariantForSale>()
  const stock = new Map<string, number>()
  const away = new Set<'catalog' | 'inventory' | 'pricing' | 'shipping'>()
  const calls: string[] = []
  const options = [option('ship_00000000000000000000000001', 499)]
  const asked = (service: 'catalog' | 'inventory' | 'pricing' | 'shipping', name: string) => {
    calls.push(`${service}.${name}`)
    if (away.has(service)) throw unavailable(`The ${service} service is away just now.`, { service })
  }
  return {
    variants,
    stock,
    away,
    calls,
    options,
    sell: (id: string, more: Partial<VariantForSale> = {}, inStock = 100) => {
      variants.set(id, variant(id, more))
      stock.set(id, inStock)
      return id
    },
    peers: [
      peer(catalog.getVariantsForSale, ({ ids }) => {
        asked('catalog', 'getVariantsForSale')
        return { items: ids.flatMap((id) => variants.get(id) ?? []) }
      }),
      peer(inventory.getAvailability, ({ variantIds }) => {
        asked('inventory', 'getAvailability')
        return { items: variantIds.map((id) => availability(id, stock.get(id) ?? 0)) }
      }),
      peer(pricing.quote, (request) => {
        asked('pricing', 'quote')
        return quote(request, variants)
      }),
      peer(pricing.getShopSettings, () => {
        asked('pricing', 'getShopSettings')
        return settings
      }),
      peer(shipping.listDeliveryOptions, () => {
        asked('shipping', 'listDeliveryOptions')
        return { items: options }
      }),
    ],
  }
}

export const settings: Reply<typeof pricing.getShopSettings> = {
  name: 'Rialto',
  currency: 'EUR',
  pricesIncludeTax: true,
  countries: ['DE', 'US'],
}

export function variant(id: string, more: Partial<VariantForSale> = {}): VariantForSale {
  return {
    id,
    productId: id.replace('var_', 'prod_'),
    title: 'Red',
    options: {},
    price: { amount: 1_000, currency: 'EUR' },
    taxClass: 'standard',
    weightGrams: 250,
    requiresShipping: true,
    position: 1,
    productTitle: 'Umbrella',
    productHandle: 'umbrella',
    vendor: 'Rain & Sons',
    ...more,
  }
}

export function availability(variantId: string, available: number): Availability {
  return { variantId, available, state: available === 0 ? 'out' : available <= 5 ? 'low' : 'in-stock' }
}

export function item(variantId: string, quantity: number, more: Partial<Item> = {}): Item {
  return {
    variantId,
    quantity,
    title: 'Umbrella',
    variantTitle: 'Red',
    handle: 'umbrella',
    unitPrice: 1_000,
    currency: 'EUR',
    addedAt: '2026-01-01T00:00:00.000Z',
    ...more,
  }
}

export function option(methodId: string, amount: number): DeliveryOption {
  return {
    methodId,
    name: 'Standard',
    description: '',
    price: { amount, currency: 'EUR' },
    earliest: '2026-01-03',
    latest: '2026-01-05',
  }
}

/** Every price is the catalog's, without taxes and reductions. */
export function quote(request: QuoteRequest, variants: ReadonlyMap<string, VariantForSale>): Quote {
  const lines = request.lines.map(({ variantId, quantity }) => {
    const unitPrice = variants.get(variantId)?.price.amount ?? 0
    const subtotal = unitPrice * quantity
    const untaxed = { taxRate: 0, taxBase: subtotal, tax: 0, adjustments: [] }
    return { variantId, quantity, unitPrice, subtotal, total: subtotal, ...untaxed }
  })
  const subtotal = lines.reduce((sum, line) => sum + line.total, 0)
  const deliveryTotal = request.deliveryPrice ?? 0
  return {
    currency: request.currency,
    pricesIncludeTax: true,
    lines,
    coupons: (request.coupons ?? []).map((code) => ({ code, applied: false })),
    hints: [],
    missing: [],
    subtotal,
    discount: 0,
    deliveryTotal,
    tax: 0,
    total: subtotal + deliveryTotal,
  }
}
