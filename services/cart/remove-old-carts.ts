import type { Message } from '@rialto/kit/message'
import type { Context } from '@rialto/kit/service'
import { removeUntouched } from './cart-store.ts'
import { scheduleRemoval } from './jobs.ts'
import type { Own } from './own.ts'

const dayMs = 86_400_000
const batchLimit = 500
const batchesLimit = 200

/** Removes carts that nobody has changed for long, in small steps, and comes back tomorrow. */
export async function removeCarts(_message: Message, { database, own, now }: Context<Own>): Promise<void> {
  // First of all, so that a failure below does not end the series.
  await database.transaction(async (tx) => scheduleRemoval(tx, new Date(now().getTime() + dayMs)))
  const since = new Date(now().getTime() - own.keptDays * dayMs)
  for (let batch = 0; batch < batchesLimit; batch++) {
    if ((await removeUntouched(database, since, batchLimit)) < batchLimit) return
  }
}

/** A new shop starts the series; a restart finds it running, or takes it up again. */
export async function prepare({ database, now }: Context<Own>): Promise<void> {
  await database.transaction(async (tx) => scheduleRemoval(tx, now()))
}
