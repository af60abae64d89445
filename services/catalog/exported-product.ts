import type { Stock } from '@rialto/inventory/contract'
import type { Product, Variant } from './contract.ts'
import type { WholeProduct, WholeVariant } from './shopify/product.ts'

type Stocks = ReadonlyMap<string, Pick<Stock, 'tracked' | 'backorder' | 'free' | 'reserved'>>

/** A product as a file holds it: read again by the same shop, it changes nothing. */
export function exported(product: Product, stocks: Stocks): WholeProduct {
  const { handle, title, description, vendor, type, tags, status, options, attributes, media, seo } = product
  return {
    handle,
    title,
    descriptionHtml: description,
    vendor,
    type,
    tags,
    status,
    // A file has room for one category.
    categoryPath: product.categories[0]?.map(({ name }) => name) ?? [],
    options,
    attributes,
    images: media,
    seo: { title: seo.title ?? '', description: seo.description ?? '' },
    variants: product.variants.map((variant) => exportedVariant(variant, stocks)),
    giftCard: false,
  }
}

function exportedVariant(variant: Variant, stocks: Stocks): WholeVariant {
  const { sku, barcode, options, price, compareAtPrice, taxClass, imageUrl } = variant
  const stock = stocks.get(variant.id)
  return {
    sku: sku ?? null,
    barcode: barcode ?? null,
    options,
    grams: variant.weightGrams,
    price: price.amount,
    compareAtPrice: compareAtPrice?.amount ?? null,
    // On the shelf is what is free and what is held for running checkouts.
    quantity: stock?.tracked ? Math.max(0, stock.free + stock.reserved) : null,
    continueSelling: stock?.backorder ?? false,
    requiresShipping: variant.requiresShipping,
    taxable: taxClass !== 'zero',
    taxCode: taxClass === 'standard' || taxClass === 'zero' ? null : taxClass,
    imageUrl: imageUrl ?? null,
  }
}
