import type { Product } from '@rialto/catalog/contract'

/** A product as the index takes it in. Availability and popularity are added there, from what variants tell. */
export interface Document {
  readonly id: string
  readonly version: number
  /** Whether shoppers may find it now. */
  readonly shown: boolean
  readonly variantIds: readonly string[]
  readonly handle: string
  readonly title: string
  readonly vendor: string
  readonly imageUrl?: string
  readonly imageAlt?: string
  readonly currency: string
  readonly priceMin: number
  readonly priceMax: number
  readonly compareAt?: number
  readonly variantId?: string
  readonly categories: readonly string[]
  readonly facets: readonly string[]
  /** What is searched besides the title, by falling weight. */
  readonly about: string
  readonly keywords: string
  readonly description: string
  readonly createdAt: string
}

export interface NamedCategory {
  readonly id: string
  readonly name: string
  readonly handle: string
  readonly parentId: string | null
  readonly asOf: string
}

// Beyond these, more text makes a document larger but no easier to find.
const limits = { facets: 500, descriptionLength: 20_000, keywordsLength: 20_000, skus: 200 }

/** Whether shoppers may see the product now. */
export function isShown({ status, publishAt, variants }: Product, now: Date): boolean {
  if (status !== 'active' || variants.length === 0) return false
  return publishAt === undefined || Date.parse(publishAt) <= now.getTime()
}

/** Whether it will be shown later, without another change. */
export function isAnnounced({ status, publishAt }: Product, now: Date): boolean {
  return status === 'active' && publishAt !== undefined && Date.parse(publishAt) > now.getTime()
}

export function documentOf(product: Product, version: number, now: Date): Document {
  const { id, handle, title, vendor, createdAt, variants, media } = product
  const cover = media[0] ?? { url: variants.find(({ imageUrl }) => imageUrl)?.imageUrl, alt: '' }
  return {
    id,
    version,
    shown: isShown(product, now),
    variantIds: variants.map((variant) => variant.id),
    handle,
    title,
    vendor,
    imageUrl: cover.url,
    imageAlt: cover.alt || undefined,
    ...pricesOf(variants),
    variantId: variants.length === 1 ? variants[0]?.id : undefined,
    categories: [...new Set(product.categories.flat().flatMap((category) => [category.id, category.handle]))],
    facets: facetsOf(product),
    about: `${vendor} ${product.type}`.trim(),
    keywords: keywordsOf(product),
    description: textOf(product.description).slice(0, limits.descriptionLength),
    createdAt,
  }
}

/** The categories whose names a product tells. */
export function categoriesOf({ categories, updatedAt: asOf }: Product): NamedCategory[] {
  return categories.flatMap((path) =>
    path.map(({ id, name, handle }, index) => ({
      id,
      name,
      handle,
      parentId: path[index - 1]?.id ?? null,
      asOf,
    })),
  )
}

/** Attributes, options and the brand as `Name:Value`, each once. */
export function facetsOf({ attributes, options, vendor }: Product): string[] {
  const chosen = options.flatMap(({ name, values }) => values.map((value) => ({ name, value })))
  const pairs = [...attributes, ...chosen, { name: 'Brand', value: vendor }].flatMap(({ name, value }) => {
    // A colon ends the name in a filter, so no name may have one.
    const [left, right] = [plain(name.replaceAll(':', ' ')), plain(value)]
    return left === '' || right === '' ? [] : [`${left.slice(0, 100)}:${right.slice(0, 500)}`]
  })
  return [...new Set(pairs)].slice(0, limits.facets)
}

/** The text of HTML, good enough for finding words in it. */
export function textOf(html: string): string {
  return plain(
    html.replace(/<[^>]*>/g, ' ').replace(/&(\w+|#\d+);/g, (_, name: string) => entities[name] ?? ' '),
  )
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'" }

function pricesOf(variants: Product['variants']) {
  const currency = variants[0]?.price.currency ?? ''
  const priced = variants.filter(({ price }) => price.currency === currency)
  const amounts = priced.map(({ price }) => price.amount)
  const priceMin = amounts.reduce((least, amount) => Math.min(least, amount), amounts[0] ?? 0)
  const priceMax = amounts.reduce((most, amount) => Math.max(most, amount), 0)
  const compared = priced.find(({ price }) => price.amount === priceMin)?.compareAtPrice
  const reduced = compared?.currency === currency && compared.amount > priceMin
  return { currency, priceMin, priceMax, compareAt: reduced ? compared.amount : undefined }
}

function keywordsOf({ tags, categories, attributes, options, variants }: Product): string {
  const words = [
    ...tags,
    ...categories.flat().map(({ name }) => name),
    ...attributes.map(({ value }) => value),
    ...options.flatMap(({ values }) => values),
    ...variants.slice(0, limits.skus).map(({ sku = '' }) => sku),
  ]
  return plain([...new Set(words)].join(' ')).slice(0, limits.keywordsLength)
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
