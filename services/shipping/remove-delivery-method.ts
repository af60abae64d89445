import type { WriteHandler } from '@rialto/kit/service'
import type { shipping } from './contract.ts'
import { markMethodRemoved } from './method-store.ts'
import type { Own } from './own.ts'
import { lockExpected } from './replace-delivery-method.ts'

export const removeDeliveryMethod: WriteHandler<typeof shipping.removeDeliveryMethod, Own> = async (
  { id },
  context,
) => {
  await lockExpected(id, context)
  await markMethodRemoved(context.tx, id, context.now())
  context.own.methods.changes(context.tx)
  return null
}
