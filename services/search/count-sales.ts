import type { Message } from '@rialto/kit/message'
import type { Context } from '@rialto/kit/service'
import { lockIndex } from './index-store.ts'
import { countNotedSales } from './variant-store.ts'

const batchSize = 10_000

export async function countSales(_message: Message, { database }: Context): Promise<void> {
  const countBatch = () =>
    database.transaction(async (tx) => {
      await lockIndex(tx)
      return countNotedSales(tx, batchSize)
    })
  while ((await countBatch()) === batchSize);
}
