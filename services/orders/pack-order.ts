import type { WriteHandler } from '@rialto/kit/service'
import type { orders } from './contract.ts'
import { pack } from './fulfil.ts'
import { lockOrder } from './order-store.ts'
import type { Own } from './own.ts'
import { saveOrders } from './save-orders.ts'

/** Packs a fulfilment. The order is locked, so two who pack at once never pack more than was bought. */
export const packOrder: WriteHandler<typeof orders.packOrder, Own> = async ({ id, lines }, context) => {
  const { tx, now, newId } = context
  const before = await lockOrder(tx, id, context)
  const order = pack(before, lines, { id: newId('ful'), at: now().toISOString() })
  await saveOrders(tx, [order])
  return order
}
