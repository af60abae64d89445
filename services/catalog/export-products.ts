import { inventory, type Stock } from '@rialto/inventory/contract'
import type { Call } from '@rialto/kit/client'
import { hashOf } from '@rialto/kit/idempotency'
import { digits } from '@rialto/kit/money'
import { decodeCursor, encodeCursor } from '@rialto/kit/paging'
import { conflict } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import { byId } from './category.ts'
import { allCategories } from './category-store.ts'
import type { catalog } from './contract.ts'
import { findExportColumns, findExportPage } from './export-store.ts'
import { exported } from './exported-product.ts'
import type { Own } from './own.ts'
import { publicProduct } from './product.ts'
import { writeShopifyCsv } from './shopify/export.ts'

const variantsLimit = 2_000
/** As many as inventory tells at once. */
const stocksLimit = 100

export const exportProducts: Handler<typeof catalog.exportProducts, Own> = async (
  { after, limit = 100 },
  { database, own, call },
) => {
  const columns = await findExportColumns(database)
  // Every part of the file has to have the columns that its header names.
  const version = hashOf(columns)
  const [createdAt, id, begunWith] = after
    ? decodeCursor(after, ['instant', 'text', 'text'])
    : beginning(version)
  if (begunWith !== version) throw conflict('The products have other columns by now. Begin the export anew.')
  const page = { after: [createdAt, id] as const, limit, variantsLimit }
  const { products, more } = await findExportPage(database, page)
  const categories = byId(await allCategories(database))
  const stocks = await stocksOf(
    call,
    products.flatMap(({ variants }) => variants.map((variant) => variant.id)),
  )
  const whole = products.map((product) => exported(publicProduct(product, categories), stocks))
  const [header = '', ...rows] = await Array.fromAsync(
    writeShopifyCsv(whole, { columns, currencyDigits: digits(own.currency) }),
  )
  const last = products.at(-1)
  const csv = (after ? '' : header) + rows.join('')
  return more && last ? { csv, next: encodeCursor([last.createdAt, last.id, version]) } : { csv }
}

function beginning(version: string): [string, string, string] {
  return ['1970-01-01T00:00:00.000Z', '', version]
}

async function stocksOf(call: Call, variantIds: readonly string[]): Promise<Map<string, Stock>> {
  const stocks = new Map<string, Stock>()
  for (let at = 0; at < variantIds.length; at += stocksLimit) {
    const some = variantIds.slice(at, at + stocksLimit)
    const { items } = await call(inventory.listStock, { variantIds: some, limit: stocksLimit })
    for (const stock of items) stocks.set(stock.variantId, stock)
  }
  return stocks
}
