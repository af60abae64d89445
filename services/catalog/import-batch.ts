import type { Queries, Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import { byId, pathKey, planPaths } from './category.ts'
import { allCategories, insertCategories, lockTree } from './category-store.ts'
import { categoryChanged, productChanged } from './contract.ts'
import type { Count, Refusal } from './import-store.ts'
import { countsOf, mergeImported } from './imported-product.ts'
import { type Fresh, publicProduct } from './product.ts'
import {
  findIdsByHandle,
  findProducts,
  findSkuOwners,
  type KeptProduct,
  saveProducts,
} from './product-store.ts'
import type { ReadProduct } from './shopify/csv.ts'
import type { ImportedProduct } from './shopify/product.ts'

export type Entry = { readonly product: ImportedProduct; readonly firstRow: number }

/** Splits what was read into products and reasons for refusal. */
export function sort(batch: readonly ReadProduct[]): {
  entries: Entry[]
  refusals: Refusal[]
  refused: number
} {
  const entries: Entry[] = []
  const refusals: Refusal[] = []
  for (const read of batch) {
    if ('product' in read) entries.push(read)
    else refusals.push(...read.refused.map((problem) => ({ ...problem, handle: read.handle || undefined })))
  }
  return { entries, refusals, refused: batch.length - entries.length }
}

/** Refuses products with a SKU that belongs to another product, in the shop or earlier in the file. */
export async function withoutTakenSkus(
  queries: Queries,
  entries: readonly Entry[],
  seen: Map<string, string>,
) {
  const skus = entries.flatMap(({ product }) => product.variants.flatMap(({ sku }) => sku ?? []))
  const owners = await findSkuOwners(queries, skus)
  const refusals: Refusal[] = []
  const kept = entries.filter(({ product, firstRow }) => {
    const taken = product.variants.find(
      ({ sku }) => sku !== null && (seen.get(sku) ?? owners.get(sku) ?? product.handle) !== product.handle,
    )
    for (const { sku } of product.variants) if (sku !== null && !taken) seen.set(sku, product.handle)
    if (!taken) return true
    const owner = seen.get(taken.sku ?? '') ?? owners.get(taken.sku ?? '')
    const reason = `SKU ${taken.sku} belongs to the product "${owner}". Give this variant another SKU.`
    refusals.push({ row: firstRow, column: 'Variant SKU', reason, handle: product.handle })
    return false
  })
  return { kept, refusals }
}

/** Writes a batch: categories that are missing, products that differ, and says what changed. */
export async function writeBatch(
  tx: Tx,
  entries: readonly Entry[],
  currency: string,
  fresh: Fresh,
): Promise<Count[]> {
  const idOf = await ensureCategories(tx, entries, fresh)
  const ids = await findIdsByHandle(
    tx,
    entries.map(({ product }) => product.handle),
  )
  const existing = new Map(
    (await findProducts(tx, [...ids.values()], true)).map((product) => [product.handle, product]),
  )
  const merged = entries.map(({ product }) => {
    const category = idOf.get(pathKey(product.categoryPath))
    return mergeImported(
      product,
      existing.get(product.handle),
      { currency, categoryIds: category ? [category] : [] },
      fresh,
    )
  })
  const changed = merged.filter((product) => product !== existing.get(product.handle))
  await saveProducts(tx, changed)
  await say(tx, changed)
  return entries.flatMap(({ product }, index) => countsOf(product, merged[index] as KeptProduct))
}

async function say(tx: Tx, changed: readonly KeptProduct[]): Promise<void> {
  const all = byId(await allCategories(tx))
  for (const product of changed) emit(tx, productChanged, publicProduct(product, all), product)
}

async function ensureCategories(
  tx: Tx,
  entries: readonly Entry[],
  { newId }: Fresh,
): Promise<ReadonlyMap<string, string>> {
  const paths = entries.map(({ product }) => product.categoryPath)
  const planned = planPaths(paths, await allCategories(tx), () => newId('cat'))
  if (planned.missing.length === 0) return planned.idOf
  // Planned again under the lock: another import may have made the same category meanwhile.
  await lockTree(tx)
  const { idOf, missing } = planPaths(paths, await allCategories(tx), () => newId('cat'))
  await insertCategories(tx, missing)
  for (const { id, version } of missing) emit(tx, categoryChanged, { id, removed: false }, { id, version })
  return idOf
}
