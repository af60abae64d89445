import type { Tx } from '@rialto/kit/database'
import { job } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import { Type } from '@rialto/kit/schema'

export const removeOldCarts = job('remove-old-carts', Type.Object({}))

/** Schedules the removal of old carts for this day, once however often it is asked for. */
export function scheduleRemoval(tx: Tx, at: Date): void {
  schedule(tx, removeOldCarts, {}, { at, id: `remove-old-carts:${at.toISOString().slice(0, 10)}` })
}
