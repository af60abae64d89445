import { isDeepStrictEqual } from 'node:util'
import type { Variant } from './contract.ts'
import { type Fresh, touched, withVariants } from './product.ts'
import type { KeptProduct } from './product-store.ts'
import type { ImportedProduct, ImportedVariant } from './shopify/product.ts'

/** What a file's product makes of the shop's one, and what inventory is told. */
export interface Merged {
  readonly product: KeptProduct
  readonly change: 'created' | 'changed' | 'none'
  readonly counts: readonly Count[]
}

/** Null stops tracking. */
export interface Count {
  readonly variantId: string
  readonly quantity: number | null
  readonly backorder?: boolean
}

/** How the file's products are to be filed and priced here. */
export interface Filing {
  readonly currency: string
  readonly categoryId?: string
}

/**
 * Makes the product that a file describes: a new one, or the present one changed in what the file tells.
 * Variants keep their ids: they are recognised by SKU, else by their options.
 */
export function mergeImported(
  imported: ImportedProduct,
  existing: KeptProduct | undefined,
  filing: Filing,
  fresh: Fresh,
): Merged {
  const before = existing ?? blankProduct(imported, fresh)
  const known = knownVariants(before)
  const pairs = imported.variants.map((variant) => ({ variant, was: known(variant) }))
  const variants = pairs.map(({ variant, was }) =>
    variantOf(variant, was ?? blankVariant(before.id, filing.currency, fresh), filing.currency),
  )
  const unpriced = !existing && imported.variants.some(({ price }) => price === undefined)
  const told = { ...toldOf(imported, before), categoryIds: filedUnder(before, filing.categoryId) }
  // Nothing says what to charge for it, so it waits for its price unseen.
  const merged = withVariants({ ...told, ...(unpriced && { status: 'draft' }) }, variants)
  const counts = pairs.flatMap(({ variant, was }, index) =>
    countOf(variant, was, merged.variants[index]?.id ?? ''),
  )
  if (!existing) return { product: merged, change: 'created', counts }
  if (same(existing, merged)) return { product: existing, change: 'none', counts }
  return { product: touched(merged, fresh.now), change: 'changed', counts }
}

/** What a file that tells only a part cannot do to a product that is there: the column that is missing, and why. */
export function objection(
  imported: ImportedProduct,
  existing: KeptProduct,
): { column: string; reason: string } | undefined {
  const options = existing.options.map(({ name }) => name).join(', ')
  if (!imported.options && options) {
    const reason = `The product has variants by ${options}, which this file does not tell. Add the columns of its options.`
    return { column: 'Option1 Value', reason }
  }
  const known = knownVariants(existing)
  const added = imported.variants.find((variant) => variant.price === undefined && !known(variant))
  if (!added) return undefined
  const name = Object.values(added.options).join(' / ') || added.sku
  return { column: 'Variant Price', reason: `The variant "${name}" is new and has no price. Add the column.` }
}

function blankProduct({ handle, title }: ImportedProduct, { newId, now }: Fresh): KeptProduct {
  const at = now.toISOString()
  const texts = { description: '', vendor: '', type: '' }
  const lists = { tags: [], categoryIds: [], options: [], attributes: [], media: [], variants: [] }
  const stamps = { createdAt: at, updatedAt: at, version: 1 }
  return { id: newId('prod'), handle, title, status: 'active', seo: {}, ...texts, ...lists, ...stamps }
}

function toldOf(imported: ImportedProduct, before: KeptProduct): KeptProduct {
  const { title, vendor, type, tags, status, options, attributes, images, seo } = imported
  return {
    ...before,
    title,
    description: imported.descriptionHtml ?? before.description,
    vendor: vendor ?? before.vendor,
    type: type ?? before.type,
    tags: tags ?? before.tags,
    status: status ?? before.status,
    options: options?.map(({ name }) => ({ name, values: [] })) ?? before.options,
    attributes: attributes && !sameSet(attributes, before.attributes) ? attributes : before.attributes,
    media: images?.map(({ url, alt, position }) => ({ url, alt, position })) ?? before.media,
    seo: {
      title: (seo.title ?? before.seo.title) || undefined,
      description: (seo.description ?? before.seo.description) || undefined,
    },
  }
}

/** A file names one category; the others that staff gave a product stay with that one. */
function filedUnder({ categoryIds }: KeptProduct, categoryId: string | undefined): string[] {
  return categoryId === undefined || categoryIds.includes(categoryId) ? categoryIds : [categoryId]
}

function knownVariants({ variants }: KeptProduct): (variant: ImportedVariant) => Variant | undefined {
  const bySku = new Map(variants.flatMap((variant) => (variant.sku ? [[variant.sku, variant] as const] : [])))
  const byOptions = new Map(variants.map((variant) => [optionKey(variant.options), variant]))
  const taken = new Set<Variant>()
  return ({ sku, options }) => {
    const variant = (sku ? bySku.get(sku) : undefined) ?? byOptions.get(optionKey(options))
    if (variant === undefined || taken.has(variant)) return undefined
    taken.add(variant)
    return variant
  }
}

function blankVariant(productId: string, currency: string, { newId }: Fresh): Variant {
  const price = { amount: 0, currency }
  const goods = { taxClass: 'standard', weightGrams: 0, requiresShipping: true }
  return { id: newId('var'), productId, title: '', options: {}, price, position: 1, ...goods }
}

function variantOf(imported: ImportedVariant, before: Variant, currency: string): Variant {
  const { sku, barcode, options, grams, price, compareAtPrice, requiresShipping, imageUrl } = imported
  const money = (amount: number | null) => (amount === null ? undefined : { amount, currency })
  return {
    ...before,
    sku: sku === undefined ? before.sku : (sku ?? undefined),
    barcode: barcode === undefined ? before.barcode : (barcode ?? undefined),
    options,
    price: price === undefined ? before.price : { amount: price, currency },
    compareAtPrice: compareAtPrice === undefined ? before.compareAtPrice : money(compareAtPrice),
    taxClass: taxClassOf(imported, before),
    weightGrams: grams ?? before.weightGrams,
    requiresShipping: requiresShipping ?? before.requiresShipping,
    imageUrl: imageUrl === undefined ? before.imageUrl : (imageUrl ?? undefined),
  }
}

/** The codes of tax services, such as PC040100, name no class of this shop; its own are written in small letters. */
function taxClassOf({ taxable, taxCode }: ImportedVariant, before: Variant): string {
  if (taxable === undefined && taxCode === undefined) return before.taxClass
  if (taxable === false) return 'zero'
  return taxCode && /^[a-z][a-z-]{0,49}$/.test(taxCode) ? taxCode : 'standard'
}

/** A variant that is new and not counted can be sold without end; one that is there keeps its stock. */
function countOf(
  { quantity, continueSelling }: ImportedVariant,
  was: Variant | undefined,
  variantId: string,
): Count[] {
  if (quantity === undefined && was) return []
  return [{ variantId, quantity: quantity ?? null, backorder: continueSelling }]
}

function optionKey(options: Record<string, string>): string {
  return JSON.stringify(Object.entries(options).sort())
}

function sameSet(a: readonly object[], b: readonly object[]): boolean {
  const texts = (list: readonly object[]) =>
    list.map((item) => JSON.stringify(Object.entries(item).sort())).sort()
  return isDeepStrictEqual(texts(a), texts(b))
}

/** Compared as JSON, in which an absent field and an undefined one are the same. */
function same(a: KeptProduct, b: KeptProduct): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)))
}
