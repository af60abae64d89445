import type { Message } from '@rialto/kit/message'
import { emit, schedule } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import type { Context } from '@rialto/kit/service'
import { byId } from './category.ts'
import { allCategories } from './category-store.ts'
import { productChanged } from './contract.ts'
import { refreshProducts as job } from './jobs.ts'
import { publicProduct, touched } from './product.ts'
import { findProductIdsInCategories, findProducts, saveProducts } from './product-store.ts'

const batchSize = 200

/** Says one batch of the products below changed categories anew, and schedules the next. */
export async function refreshProducts(
  { data, id }: Message<Static<typeof job.schema>>,
  { database, now }: Context,
): Promise<void> {
  await database.transaction(async (tx) => {
    const ids = await findProductIdsInCategories(tx, data.categoryIds, data.after, batchSize)
    const all = byId(await allCategories(tx))
    const products = (await findProducts(tx, ids, true)).map((product) => touched(product, now()))
    await saveProducts(tx, products)
    for (const product of products) emit(tx, productChanged, publicProduct(product, all), product)
    const last = ids.at(-1)
    if (last !== undefined && ids.length === batchSize)
      schedule(tx, job, { ...data, after: last }, { id: `${id.slice(0, 40)}-${last}` })
  })
}
