import { isDeepStrictEqual } from 'node:util'
import type { Variant } from './contract.ts'
import { type Fresh, touched, withVariants } from './product.ts'
import type { KeptProduct } from './product-store.ts'
import type { ImportedProduct, ImportedVariant } from './shopify/product.ts'

const taxClasses = new Set(['standard', 'reduced', 'zero'])

/**
 * Makes the product that a file describes: a new one, or the present one changed. Variants keep their ids:
 * they are recognised by SKU, else by their options. Answers with `existing` itself when nothing differs.
 */
export function mergeImported(
  imported: ImportedProduct,
  existing: KeptProduct | undefined,
  filed: { currency: string; categoryIds: string[] },
  fresh: Fresh,
): KeptProduct {
  const id = existing?.id ?? fresh.newId('prod')
  const at = fresh.now.toISOString()
  const { handle, title, vendor, type, tags, status, attributes, images } = imported
  const known = variantIds(existing)
  const product: KeptProduct = {
    id,
    handle,
    title,
    description: imported.descriptionHtml,
    vendor,
    type,
    tags,
    status,
    publishAt: existing?.publishAt,
    categoryIds: filed.categoryIds.length > 0 ? filed.categoryIds : (existing?.categoryIds ?? []),
    options: imported.options.map(({ name }) => ({ name, values: [] })),
    attributes,
    media: images.map(({ url, alt, position }) => ({ url, alt, position })),
    seo: { title: imported.seo.title || undefined, description: imported.seo.description || undefined },
    variants: [],
    createdAt: existing?.createdAt ?? at,
    updatedAt: existing?.updatedAt ?? at,
    version: existing?.version ?? 1,
  }
  const variants = imported.variants.map((variant) =>
    variantOf(variant, known(variant) ?? fresh.newId('var'), id, filed.currency),
  )
  const merged = withVariants(product, variants)
  if (!existing) return merged
  return same(existing, merged) ? existing : touched(merged, fresh.now)
}

/** Counts for inventory, in the order of the variants. Null stops tracking. */
export function countsOf(imported: ImportedProduct, product: KeptProduct) {
  return imported.variants.map(({ quantity, continueSelling }, index) => ({
    variantId: product.variants[index]?.id ?? '',
    quantity,
    backorder: continueSelling,
  }))
}

function variantIds(existing: KeptProduct | undefined): (variant: ImportedVariant) => string | undefined {
  const bySku = new Map(existing?.variants.flatMap(({ sku, id }) => (sku ? [[sku, id] as const] : [])))
  const byOptions = new Map(existing?.variants.map(({ options, id }) => [optionKey(options), id]))
  const taken = new Set<string>()
  return ({ sku, options }) => {
    const id = (sku === null ? undefined : bySku.get(sku)) ?? byOptions.get(optionKey(options))
    if (id === undefined || taken.has(id)) return undefined
    taken.add(id)
    return id
  }
}

function variantOf(variant: ImportedVariant, id: string, productId: string, currency: string): Variant {
  const {
    sku,
    barcode,
    options,
    grams,
    price,
    compareAtPrice,
    requiresShipping,
    taxable,
    taxCode,
    imageUrl,
  } = variant
  return {
    id,
    productId,
    title: '',
    sku: sku ?? undefined,
    barcode: barcode ?? undefined,
    options,
    price: { amount: price, currency },
    compareAtPrice: compareAtPrice === null ? undefined : { amount: compareAtPrice, currency },
    taxClass: taxable ? (taxCode !== null && taxClasses.has(taxCode) ? taxCode : 'standard') : 'zero',
    weightGrams: grams,
    requiresShipping,
    imageUrl: imageUrl ?? undefined,
    position: 1,
  }
}

function optionKey(options: Record<string, string>): string {
  return JSON.stringify(Object.entries(options).sort())
}

/** Compared as JSON, in which an absent field and an undefined one are the same. */
function same(a: KeptProduct, b: KeptProduct): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)))
}
