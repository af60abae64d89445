import { cart } from '@rialto/cart/contract'
import { catalog } from '@rialto/catalog/contract'
import { decimal } from '@rialto/kit/money'
import { availabilityWords } from './availability.ts'
import { wholeNumber } from './forms.ts'
import { findProducts, type ProductInfo, readStock, type Stock } from './hits.ts'
import { type Fields, type Refusal, refuse, unlessAway } from './problems.ts'
import { price, reduction } from './words.ts'

export type VariantInfo = ProductInfo['variants'][number]

/** A variant as the page shows it; also what its script switches between. */
export interface VariantView {
  readonly id: string
  readonly title: string
  readonly options: Readonly<Record<string, string>>
  readonly price: string
  readonly before?: string
  readonly percent?: string
  readonly imageUrl?: string
  readonly state: Stock['state']
  readonly words: string
  readonly available: number
}

export interface ProductPage {
  readonly product: ProductInfo
  readonly variants: readonly VariantView[]
  readonly chosen: VariantView
  readonly categoryPath: ProductInfo['categories'][number]
}

export async function readProduct(
  locals: App.Locals,
  handle: string,
  wantedId: string | null,
): Promise<ProductPage | undefined> {
  const product = await locals.call(catalog.getProduct, { id: handle })
  const wanted = product.variants.find(({ id }) => id === wantedId)
  // The wanted variant is asked for first, as stock is told of so many at once only.
  const ids = [...new Set([...(wanted ? [wanted.id] : []), ...product.variants.map(({ id }) => id)])]
  const stock = await readStock(locals, ids)
  const variants = product.variants.map((variant) => viewOf(variant, stock.get(variant.id)))
  const chosen = variants.find(({ id }) => id === wanted?.id) ?? variants.find(canBuy) ?? variants[0]
  const categoryPath = product.categories.toSorted((a, b) => b.length - a.length)[0] ?? []
  return chosen && { product, variants, chosen, categoryPath }
}

const unasked: Stock = { state: 'unknown', available: 9_999 }

export function viewOf(variant: VariantInfo, stock: Stock = unasked): VariantView {
  const { amount, currency } = variant.price
  const before = variant.compareAtPrice?.amount
  const percent = reduction(amount, before)
  return {
    id: variant.id,
    title: variant.title,
    options: variant.options,
    price: price(amount, currency),
    ...(percent && before !== undefined && { before: price(before, currency), percent }),
    ...(variant.imageUrl && { imageUrl: variant.imageUrl }),
    state: stock.state,
    words: availabilityWords(stock.state, stock.available),
    available: stock.available,
  }
}

export function canBuy({ state }: VariantView): boolean {
  return state !== 'out'
}

const relatedCount = 4

/** Other products of the narrowest category; none while search and catalog are away. */
export async function readRelated(locals: App.Locals, { product, categoryPath }: ProductPage) {
  const category = categoryPath.at(-1)
  if (!category) return []
  const input = { category: category.handle, limit: relatedCount + 1, facets: false, inStock: true }
  const found = await unlessAway(findProducts(locals, input, category.id))
  return (found?.items ?? []).filter(({ productId }) => productId !== product.id).slice(0, relatedCount)
}

/** Puts the posted variant into the cart; answers the address that says so. */
export async function addToCart(
  { call }: App.Locals,
  path: string,
  fields: Fields,
): Promise<string | Refusal> {
  const { variantId = '' } = fields
  const quantity = wholeNumber(fields.quantity)
  if (!quantity) return refuse(fields, { quantity: 'Please enter a number from 1.' })
  await call(cart.addItem, { variantId, quantity })
  return `${path}?${new URLSearchParams({ variant: variantId, added: String(quantity) })}`
}

/** What search engines read of the product. */
export function productData({ product, variants }: ProductPage, origin: string): Record<string, unknown> {
  const url = new URL(`/p/${product.handle}`, origin).href
  const images = product.media.map((picture) => new URL(picture.url, origin).href)
  return {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: product.title,
    url,
    ...(product.vendor && { brand: { '@type': 'Brand', name: product.vendor } }),
    ...(images.length > 0 && { image: images }),
    ...(product.seo.description && { description: product.seo.description }),
    offers: product.variants.slice(0, 100).map(({ sku, price: cost }, index) => ({
      '@type': 'Offer',
      url,
      ...(sku && { sku }),
      price: decimal(cost),
      priceCurrency: cost.currency,
      availability: `https://schema.org/${variants[index]?.state === 'out' ? 'OutOfStock' : 'InStock'}`,
    })),
  }
}
