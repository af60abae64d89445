import type { Product } from '@rialto/catalog/contract'
import type { Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import { listingChanged } from './contract.ts'
import { categoriesOf, documentOf } from './document.ts'
import { lockIndex, removeCategories, removeDocuments, saveDocuments } from './index-store.ts'
import { type HeardStock, noteSales, type Sale, saveStock } from './variant-store.ts'

/** What the events of one transaction tell: of each product and variant the newest. */
export interface Gathered {
  readonly products: Map<string, HeardProduct>
  readonly stock: Map<string, HeardStock>
  readonly goneCategories: Set<string>
  readonly sales: Sale[]
}

/** Without `product` it was removed. */
export interface HeardProduct {
  readonly version: number
  readonly product?: Product
}

const gatheredOf = new WeakMap<Tx, Gathered>()

/**
 * Several events may share one transaction. What they tell is gathered and written once before its commit:
 * the statements are as many for a hundred products as for one.
 */
export function gather(tx: Tx, now: () => Date): Gathered {
  const known = gatheredOf.get(tx)
  if (known) return known
  const gathered: Gathered = { products: new Map(), stock: new Map(), goneCategories: new Set(), sales: [] }
  gatheredOf.set(tx, gathered)
  tx.beforeCommit(() => write(tx, gathered, now()))
  return gathered
}

/** Keeps what has the higher version; of two with the same one, the later. */
export function keepNewest<Heard extends { readonly version: number }>(
  kept: Map<string, Heard>,
  id: string,
  heard: Heard,
): void {
  const other = kept.get(id)
  if (!other || other.version <= heard.version) kept.set(id, heard)
}

async function write(tx: Tx, { products, stock, goneCategories, sales }: Gathered, now: Date): Promise<void> {
  if (sales.length > 0) await noteSales(tx, sales)
  if (products.size + stock.size + goneCategories.size === 0) return
  const heard = [...products]
  const changed = heard.flatMap(([, { product, version }]) => (product ? [{ product, version }] : []))
  const removed = heard.flatMap(([id, { product, version }]) => (product ? [] : [{ id, version }]))
  await lockIndex(tx)
  await removeDocuments(tx, removed)
  await saveDocuments(
    tx,
    changed.map(({ product, version }) => documentOf(product, version, now)),
    changed.flatMap(({ product }) => categoriesOf(product)),
  )
  await removeCategories(tx, [...goneCategories])
  const restocked = await saveStock(tx, [...stock.values()])
  if (heard.length + goneCategories.size + restocked === 0) return
  emit(tx, listingChanged, {}, { id: 'index', version: now.getTime() })
}
