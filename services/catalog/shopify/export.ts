// Products as a Shopify CSV file that other shops read and that reads back exactly here.

import { feedAttributes, guardFormula } from './columns.ts'
import type { ImportedImage, WholeProduct, WholeVariant } from './product.ts'

/** What the header must know before the first product is seen. */
export type ExportColumns = { attributes: string[]; optionCount: number }

/**
 * Writes the file in pieces, one product each. `products` may be a stream: then name its attributes and the
 * largest number of options in `columns`; for an array they are found by looking. A product that does not
 * fit the columns throws, since leaving a value out would lose it unseen. What Shopify's format cannot
 * hold does not come back the same: a comma within a tag, " > " within a category, surrounding blanks.
 */
export async function* writeShopifyCsv(
  products: Iterable<WholeProduct> | AsyncIterable<WholeProduct>,
  options: { columns?: ExportColumns; currencyDigits?: number } = {},
): AsyncGenerator<string> {
  const known = options.columns ?? (Array.isArray(products) ? exportColumns(products) : undefined)
  const columns = { attributes: known?.attributes ?? [], optionCount: Math.max(3, known?.optionCount ?? 3) }
  const header = headerCells(columns)
  yield line(header)
  for await (const product of products) {
    checkFits(product, columns)
    const rows = Math.max(product.variants.length, product.images.length, 1)
    let text = ''
    for (let index = 0; index < rows; index++) {
      const cells = rowCells(product, index, columns, options.currencyDigits ?? 2)
      text += line(header.map((name) => cells[name] ?? ''))
    }
    yield text
  }
}

export function exportColumns(products: WholeProduct[]): ExportColumns {
  const names = new Set(products.flatMap((product) => product.attributes.map(({ name }) => name)))
  return {
    attributes: [...names].sort(),
    optionCount: products.reduce((most, product) => Math.max(most, product.options.length), 0),
  }
}

type Cells = Record<string, string>

function headerCells({ attributes, optionCount }: ExportColumns): string[] {
  const options = range(optionCount).flatMap((index) => [
    `Option${index + 1} Name`,
    `Option${index + 1} Value`,
  ])
  return [
    ...[
      'Handle',
      'Title',
      'Body (HTML)',
      'Vendor',
      'Product Category',
      'Type',
      'Tags',
      'Published',
      ...options,
    ],
    ...['Variant SKU', 'Variant Grams', 'Variant Inventory Tracker', 'Variant Inventory Qty'],
    ...[
      'Variant Inventory Policy',
      'Variant Fulfillment Service',
      'Variant Price',
      'Variant Compare At Price',
    ],
    ...['Variant Requires Shipping', 'Variant Taxable', 'Variant Barcode', 'Image Src', 'Image Position'],
    ...[
      'Image Alt Text',
      'Gift Card',
      'SEO Title',
      'SEO Description',
      'Variant Image',
      'Variant Weight Unit',
    ],
    ...['Variant Tax Code', ...attributes.map((name) => attributeHeader(name, attributes)), 'Status'],
  ]
}

function rowCells(product: WholeProduct, index: number, columns: ExportColumns, digits: number): Cells {
  const variant = product.variants[index]
  const image = product.images[index]
  return {
    Handle: product.handle,
    ...(index === 0 ? headCells(product, columns) : {}),
    ...(variant ? variantCells(product, variant, digits) : {}),
    ...(image ? imageCells(image) : {}),
  }
}

function headCells(product: WholeProduct, columns: ExportColumns): Cells {
  const names = product.options.map(({ name }, index) => [`Option${index + 1} Name`, name])
  const attributes = Map.groupBy(product.attributes, ({ name }) => name)
  const values = [...attributes].map(([name, list]) => [
    attributeHeader(name, columns.attributes),
    attributeCell(list.map((attribute) => attribute.value)),
  ])
  return {
    Title: product.title,
    'Body (HTML)': product.descriptionHtml,
    Vendor: product.vendor,
    'Product Category': product.categoryPath.join(' > '),
    Type: product.type,
    Tags: product.tags.join(', '),
    Published: yesNo(product.status === 'active'),
    Status: product.status,
    'Gift Card': yesNo(product.giftCard),
    'SEO Title': product.seo.title,
    'SEO Description': product.seo.description,
    ...Object.fromEntries(names.length > 0 ? names : [['Option1 Name', 'Title']]),
    ...Object.fromEntries(values),
  }
}

function variantCells(product: WholeProduct, variant: WholeVariant, digits: number): Cells {
  const choices = product.options.map(({ name }, index) => [
    `Option${index + 1} Value`,
    variant.options[name] ?? '',
  ])
  return {
    ...Object.fromEntries(choices.length > 0 ? choices : [['Option1 Value', 'Default Title']]),
    'Variant SKU': variant.sku ?? '',
    'Variant Grams': String(variant.grams),
    'Variant Weight Unit': 'g',
    'Variant Inventory Tracker': variant.quantity === null ? '' : 'shopify',
    'Variant Inventory Qty': variant.quantity === null ? '' : String(variant.quantity),
    'Variant Inventory Policy': variant.continueSelling ? 'continue' : 'deny',
    'Variant Fulfillment Service': 'manual',
    'Variant Price': decimal(variant.price, digits),
    'Variant Compare At Price':
      variant.compareAtPrice === null ? '' : decimal(variant.compareAtPrice, digits),
    'Variant Requires Shipping': yesNo(variant.requiresShipping),
    'Variant Taxable': yesNo(variant.taxable),
    'Variant Barcode': variant.barcode ?? '',
    'Variant Image': variant.imageUrl ?? '',
    'Variant Tax Code': variant.taxCode ?? '',
  }
}

function imageCells(image: ImportedImage): Cells {
  return { 'Image Src': image.url, 'Image Position': String(image.position), 'Image Alt Text': image.alt }
}

function checkFits(product: WholeProduct, columns: ExportColumns) {
  const missing = product.attributes.find(({ name }) => !columns.attributes.includes(name))
  if (missing) throw new Error(`no export column for the attribute "${missing.name}" of "${product.handle}"`)
  if (product.options.length > columns.optionCount) {
    throw new Error(
      `"${product.handle}" has ${product.options.length} options, the export ${columns.optionCount}`,
    )
  }
}

// Names that differ only in their signs share a key otherwise, which Shopify would take for one field.
function attributeHeader(name: string, all: string[]): string {
  const feed = Object.entries(feedAttributes).find(([, attribute]) => attribute === name)
  if (feed) return feed[0]
  const key = slug(name)
  const twin = all.filter((other) => slug(other) === key).indexOf(name)
  return `${name} (product.metafields.custom.${key}${twin > 0 ? `-${twin + 1}` : ''})`
}

function slug(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '') || 'attribute'
  )
}

function attributeCell(values: string[]): string {
  const [only = ''] = values
  return values.length > 1 || only.startsWith('[') ? JSON.stringify(values) : only
}

function decimal(minor: number, digits: number): string {
  const text = String(minor).padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

function line(cells: string[]): string {
  return `${cells.map(field).join(',')}\n`
}

function field(text: string): string {
  const safe = guardFormula(text)
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function yesNo(value: boolean): string {
  return value ? 'true' : 'false'
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index)
}
