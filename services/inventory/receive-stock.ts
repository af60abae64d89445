import type { WriteHandler } from '@rialto/kit/service'
import { changeBalance } from './change-balance.ts'
import type { inventory } from './contract.ts'

export const receiveStock: WriteHandler<typeof inventory.receiveStock> = async (
  { variantId, quantity, reason },
  context,
) => changeBalance(context, variantId, () => ({ variantId, kind: 'receive', quantity, reason }))
