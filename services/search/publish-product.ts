import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { Context } from '@rialto/kit/service'
import { gather } from './gather.ts'
import type { publishProduct as job } from './jobs.ts'

export async function publishProduct(
  { data: { product } }: Message<Static<typeof job.schema>>,
  { database, now }: Context,
): Promise<void> {
  await database.transaction(async (tx) => {
    gather(tx, now).products.set(product.id, { version: product.version, product })
  })
}
