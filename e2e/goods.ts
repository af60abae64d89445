import { catalog, type Import, type Variant } from '@rialto/catalog/contract'
import type { Stock } from '@rialto/inventory/contract'
import { inventory } from '@rialto/inventory/contract'
import { until } from '@rialto/kit/until'
import type { ApiCall } from '@rialto/sdk'
import { search } from '@rialto/search/contract'

/** A row of a small Shopify file. */
export interface Good {
  readonly handle: string
  readonly title: string
  readonly price: number
  readonly quantity: number
  readonly size?: string
  readonly category?: string
  readonly colour?: string
}

const columns = [
  'Handle',
  'Title',
  'Body (HTML)',
  'Vendor',
  'Product Category',
  'Published',
  'Option1 Name',
  'Option1 Value',
  'Variant SKU',
  'Variant Grams',
  'Variant Inventory Tracker',
  'Variant Inventory Qty',
  'Variant Inventory Policy',
  'Variant Price',
  'Variant Requires Shipping',
  'Variant Taxable',
  'Colour (product.metafields.custom.colour)',
  'Status',
]

export function csvOf(goods: readonly Good[]): string {
  const seen = new Set<string>()
  const rows = goods.map((good) => {
    const first = !seen.has(good.handle)
    seen.add(good.handle)
    return rowOf(good, first)
  })
  return [columns, ...rows].map((cells) => cells.map(quoted).join(',')).join('\r\n')
}

/** Imports a file as a merchant does, and waits for its report. */
export async function importCsv(call: ApiCall, csv: string, filename = 'goods.csv'): Promise<Import> {
  const { id } = await call(catalog.startImport, { body: bytesOf(csv), filename })
  return until('the import is read', async () => {
    const report = await call(catalog.getImport, { id })
    return report.status !== 'running' && report
  })
}

/**
 * Imports goods, waits until they can be found, and answers with the variants of each handle in the order of
 * the file.
 */
export async function stockShop(call: ApiCall, goods: readonly Good[]): Promise<Map<string, Variant[]>> {
  const report = await importCsv(call, csvOf(goods))
  if (report.status !== 'done' || report.refusals.length > 0) throw new Error(JSON.stringify(report))
  const handles = [...new Set(goods.map(({ handle }) => handle))]
  const found = await Promise.all(handles.map((handle) => variantsOf(call, handle)))
  const products = new Map(handles.map((handle, index) => [handle, found[index] ?? []]))
  await until('the goods can be found and bought', async () => {
    const { total } = await call(search.searchProducts, { inStock: true, facets: false, limit: 1 })
    return total >= handles.length
  })
  return products
}

export async function variantsOf(call: ApiCall, handle: string): Promise<Variant[]> {
  const { variants } = await call(catalog.getProduct, { id: handle })
  return variants
}

export function stockOf(call: ApiCall, variantId: string): Promise<Stock> {
  return call(inventory.getStock, { variantId })
}

export async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

function rowOf(good: Good, first: boolean): string[] {
  const { handle, title, price, quantity, size, category = 'Things', colour } = good
  const product = first ? [title, `<p>${title}, made with care.</p>`, 'Linden', category, 'true'] : blank(5)
  return [
    handle,
    ...product,
    size ? 'Size' : 'Title',
    size ?? 'Default Title',
    `${handle}-${size ?? 'one'}`.toUpperCase(),
    '500',
    'shopify',
    String(quantity),
    'deny',
    (price / 100).toFixed(2),
    'true',
    'true',
    first ? (colour ?? '') : '',
    first ? 'active' : '',
  ]
}

function blank(count: number): string[] {
  return Array.from({ length: count }, () => '')
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
