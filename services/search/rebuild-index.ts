import { catalog } from '@rialto/catalog/contract'
import type { Message } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import type { Context, WriteHandler } from '@rialto/kit/service'
import type { search } from './contract.ts'
import { rebuildPage as job } from './jobs.ts'
import { index } from './on-product-changed.ts'

export const rebuildIndex: WriteHandler<typeof search.rebuildIndex> = async (_, { tx }) => {
  schedule(tx, job, {})
  return null
}

/**
 * Documents are replaced in place by the same or later versions, so that lists stay whole meanwhile and an
 * event that comes in between is never undone.
 */
export async function rebuildPage(
  { data, id }: Message<Static<typeof job.schema>>,
  { call, database }: Context,
): Promise<void> {
  const { items, next } = await call(catalog.listProducts, { limit: 100, after: data.after })
  await database.transaction(async (tx) => {
    for (const product of items) await index(tx, product)
    if (next !== undefined)
      schedule(tx, job, { after: next }, { id: `${id.slice(0, 40)}-${items.at(-1)?.id}` })
  })
}
