import type { Queries, Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import { byId, pathKey, planPaths } from './category.ts'
import { allCategories, categoriesLimit, insertCategories, lockTree } from './category-store.ts'
import { categoryChanged, productChanged } from './contract.ts'
import type { Refusal } from './import-store.ts'
import { type Merged, mergeImported, objection } from './imported-product.ts'
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

type Entry = { readonly product: ImportedProduct; readonly firstRow: number }

/** What a batch does to the shop, or would do. */
export interface Plan {
  readonly merged: readonly Merged[]
  readonly refusals: readonly Refusal[]
  readonly refused: number
}

export interface Planning {
  readonly currency: string
  /** Plans only: nothing is locked or made. */
  readonly dryRun: boolean
  /** SKUs that products earlier in a dry run would have taken, with their handles. */
  readonly seenSkus: Map<string, string>
}

/** Compares a batch with what the shop has. Locks what it will change, and makes the categories that are missing. */
export async function planBatch(
  tx: Tx,
  batch: readonly ReadProduct[],
  planning: Planning,
  fresh: Fresh,
): Promise<Plan> {
  const { entries, refusals } = sort(batch)
  const free = await withoutTakenSkus(tx, entries, planning.dryRun ? planning.seenSkus : new Map())
  const existing = await findExisting(tx, free.kept, !planning.dryRun)
  const { kept, refusals: objections } = withoutObjections(free.kept, existing)
  const idOf = await categoriesFor(tx, kept, planning.dryRun, fresh)
  const filed = withoutPlace(kept, idOf)
  const merged = filed.kept.map(({ product }) => {
    const filing = { currency: planning.currency, categoryId: idOf.get(pathKey(product.categoryPath)) }
    return mergeImported(product, existing.get(product.handle), filing, fresh)
  })
  return {
    merged,
    refusals: [...refusals, ...free.refusals, ...objections, ...filed.refusals],
    refused: batch.length - merged.length,
  }
}

/** Writes the products of a plan that are new or differ, and says so. */
export async function writePlan(tx: Tx, { merged }: Plan): Promise<void> {
  const changed = merged.filter(({ change }) => change !== 'none').map(({ product }) => product)
  await saveProducts(tx, changed)
  const all = byId(await allCategories(tx))
  for (const product of changed) emit(tx, productChanged, publicProduct(product, all), product)
}

/** Splits what was read into products and reasons for refusal. */
function sort(batch: readonly ReadProduct[]): { entries: Entry[]; refusals: Refusal[] } {
  const entries: Entry[] = []
  const refusals: Refusal[] = []
  for (const read of batch) {
    if ('product' in read) entries.push(read)
    else refusals.push(...read.refused.map((problem) => ({ ...problem, handle: read.handle || undefined })))
  }
  return { entries, refusals }
}

/** Refuses products with a SKU that belongs to another product, in the shop or earlier in the file. */
async function withoutTakenSkus(queries: Queries, entries: readonly Entry[], seen: Map<string, string>) {
  const skus = entries.flatMap(({ product }) => product.variants.flatMap(({ sku }) => sku ?? []))
  const owners = await findSkuOwners(queries, skus)
  const ownerOf = (sku: string) => seen.get(sku) ?? owners.get(sku)
  const refusals: Refusal[] = []
  const kept = entries.filter(({ product: { handle, variants }, firstRow }) => {
    const mine = variants.flatMap(({ sku }) => sku ?? [])
    const taken = mine.find((sku) => (ownerOf(sku) ?? handle) !== handle)
    if (taken === undefined) {
      for (const sku of mine) seen.set(sku, handle)
      return true
    }
    const reason = `SKU ${taken} belongs to the product "${ownerOf(taken)}". Give this variant another SKU.`
    refusals.push({ row: firstRow, column: 'Variant SKU', reason, handle })
    return false
  })
  return { kept, refusals }
}

async function findExisting(
  queries: Queries,
  entries: readonly Entry[],
  lock: boolean,
): Promise<Map<string, KeptProduct>> {
  const ids = await findIdsByHandle(
    queries,
    entries.map(({ product }) => product.handle),
  )
  const products = await findProducts(queries, [...ids.values()], lock)
  return new Map(products.map((product) => [product.handle, product]))
}

function withoutObjections(entries: readonly Entry[], existing: ReadonlyMap<string, KeptProduct>) {
  const refusals: Refusal[] = []
  const kept = entries.filter(({ product, firstRow }) => {
    const present = existing.get(product.handle)
    const found = present && objection(product, present)
    if (found) refusals.push({ row: firstRow, ...found, handle: product.handle })
    return !found
  })
  return { kept, refusals }
}

function withoutPlace(entries: readonly Entry[], idOf: ReadonlyMap<string, string>) {
  const refusals: Refusal[] = []
  const kept = entries.filter(({ product: { categoryPath, handle }, firstRow }) => {
    const hasPlace = categoryPath.length === 0 || idOf.has(pathKey(categoryPath))
    const reason = `A shop has at most ${categoriesLimit} categories. Use one that is there.`
    if (!hasPlace) refusals.push({ row: firstRow, column: 'Product Category', reason, handle })
    return hasPlace
  })
  return { kept, refusals }
}

/** The category to file each product under, by the key of its path. */
async function categoriesFor(
  tx: Tx,
  entries: readonly Entry[],
  dryRun: boolean,
  { newId }: Fresh,
): Promise<ReadonlyMap<string, string>> {
  const paths = entries.map(({ product }) => product.categoryPath)
  const planned = planPaths(paths, await allCategories(tx), () => newId('cat'))
  if (dryRun || planned.missing.length === 0) return planned.idOf
  // Planned again under the lock: another import may have made the same category meanwhile.
  await lockTree(tx)
  const { idOf, missing } = planPaths(paths, await allCategories(tx), () => newId('cat'))
  await insertCategories(tx, missing)
  for (const { id, version } of missing) emit(tx, categoryChanged, { id, removed: false }, { id, version })
  return idOf
}
