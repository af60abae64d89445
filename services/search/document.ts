import type { Product } from '@rialto/catalog/contract'

/** What is kept of a product for finding it. */
export interface Document {
  readonly productId: string
  readonly version: number
  readonly handle: string
  readonly title: string
  readonly vendor: string
  readonly imageUrl?: string
  readonly imageAlt?: string
  readonly priceMin: number
  readonly priceMax: number
  readonly compareAtPrice?: number
  readonly currency: string
  readonly variantCount: number
  readonly variantId?: string
  readonly publishAt?: string
  readonly categoryIds: readonly string[]
  readonly facets: readonly string[]
  /** Texts for the index, the weightiest first. */
  readonly texts: readonly [string, string, string]
  readonly createdAt: string
}

/** Facets of one product at most; a product with more is an exception that may be found by its words. */
const facetsLimit = 200

export function documentOf(product: Product): Document {
  const { id, version, handle, title, vendor, variants, media, publishAt, createdAt } = product
  const prices = variants.map(({ price }) => price.amount)
  const cheapest = variants.reduce((best, variant) =>
    variant.price.amount < best.price.amount ? variant : best,
  )
  const reduced = cheapest.compareAtPrice && cheapest.compareAtPrice.amount > cheapest.price.amount
  return {
    productId: id,
    version,
    handle,
    title,
    vendor,
    imageUrl: media[0]?.url,
    imageAlt: media[0]?.alt,
    priceMin: Math.min(...prices),
    priceMax: Math.max(...prices),
    compareAtPrice: reduced ? cheapest.compareAtPrice?.amount : undefined,
    currency: cheapest.price.currency,
    variantCount: variants.length,
    variantId: variants.length === 1 ? variants[0]?.id : undefined,
    publishAt,
    categoryIds: [...new Set(product.categories.flat().map((category) => category.id))],
    facets: facetsOf(product),
    texts: textsOf(product),
    createdAt,
  }
}

/** Categories of a product with their parents, as its paths name them. */
export function categoriesOf({ categories }: Product) {
  return categories.flatMap((path) =>
    path.map(({ id, name, handle }, depth) => ({ id, name, handle, parentId: path[depth - 1]?.id ?? null })),
  )
}

/** Words of titles, vendors and types, for the correction of misspelt ones. */
export function vocabularyOf({ title, vendor, type }: Product): string[] {
  return [
    ...new Set(wordsOf(`${title} ${vendor} ${type}`).filter((word) => word.length >= 3 && word.length <= 40)),
  ]
}

/** Lower-case words without accents; the same for what is indexed and for what is asked. */
export function wordsOf(text: string): string[] {
  return plain(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

export function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

function facetsOf({ attributes, options }: Product): string[] {
  const ofAttributes = attributes.map(({ name, value }) => `${name}:${value}`)
  const ofOptions = options.flatMap(({ name, values }) => values.map((value) => `${name}:${value}`))
  return [...new Set([...ofAttributes, ...ofOptions])].slice(0, facetsLimit)
}

function textsOf(product: Product): Document['texts'] {
  const { title, vendor, type, tags, attributes, categories, variants, description } = product
  const names = categories.flat().map(({ name }) => name)
  const codes = variants.slice(0, 50).flatMap(({ sku, barcode }) => [sku ?? '', barcode ?? ''])
  const details = [...tags, ...names, ...attributes.map(({ value }) => value), ...codes]
  return [
    plain(title),
    plain([vendor, type, ...details].join(' ')),
    plain(description.replace(/<[^>]*>/g, ' ')).slice(0, 20_000),
  ]
}
