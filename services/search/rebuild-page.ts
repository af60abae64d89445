import { catalog, type Product } from '@rialto/catalog/contract'
import { inventory } from '@rialto/inventory/contract'
import type { Message } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import type { Context } from '@rialto/kit/service'
import { categoriesOf, documentOf } from './document.ts'
import { lockIndex, saveDocuments } from './index-store.ts'
import { rebuildPage as job } from './jobs.ts'
import { publishLater } from './on-product-changed.ts'
import { analyseIndexes, emptyIdleIndex, progressOf, switchIndex, touchRebuild } from './rebuild-store.ts'
import { findUnstocked, type HeardStock, saveStock } from './variant-store.ts'

const pageSize = 100

/**
 * Reads one page of the catalog into the new index and schedules the next one; after the last one, switches.
 * Meanwhile events change both indexes, and a page never overwrites a newer version that an event brought.
 */
export async function rebuildPage(
  { data: { rebuildId, after }, id }: Message<Static<typeof job.schema>>,
  context: Context,
): Promise<void> {
  const { database, call, now } = context
  const progress = await progressOf(database, rebuildId)
  if (progress === 'switched') await emptyIdleIndex(database, rebuildId)
  if (progress !== 'building') return
  if (after === undefined) await emptyIdleIndex(database, rebuildId)
  const page = await call(catalog.listProducts, { status: 'active', limit: pageSize, after })
  const stock = await unheardStock(page.items, context)
  await database.transaction(async (tx) => {
    await lockIndex(tx)
    const documents = page.items.map((product) => documentOf(product, product.version, now()))
    await saveDocuments(tx, documents, page.items.flatMap(categoriesOf), { rebuildId })
    await saveStock(tx, stock)
    await touchRebuild(tx, rebuildId, now())
    for (const product of page.items) publishLater(tx, product, now())
    if (page.next !== undefined) {
      schedule(tx, job, { rebuildId, after: page.next }, { id: `${rebuildId}:${page.next}` })
    }
  })
  if (page.next !== undefined) return
  await analyseIndexes(database)
  await database.transaction(async (tx) => {
    await lockIndex(tx)
    await switchIndex(tx, rebuildId)
    // The old index is emptied by a job of its own: searches that still read it may hold that up.
    schedule(tx, job, { rebuildId }, { id: `${id}:emptied` })
  })
}

/** Asks for stock that was never heard of, as with a search that is newer than the shop. What is heard later wins. */
async function unheardStock(
  products: readonly Product[],
  { database, call }: Context,
): Promise<HeardStock[]> {
  const ids = products.flatMap(({ variants }) => variants.map((variant) => variant.id))
  const unheard = ids.length === 0 ? [] : await findUnstocked(database, ids)
  const stock: HeardStock[] = []
  for (let start = 0; start < unheard.length; start += 100) {
    const { items } = await call(inventory.getAvailability, { variantIds: unheard.slice(start, start + 100) })
    for (const { variantId, state } of items) stock.push({ variantId, state, version: 0 })
  }
  return stock
}
