import type { WriteHandler } from '@rialto/kit/service'
import { changeBalance } from './change-balance.ts'
import { type inventory, outOfStock } from './contract.ts'
import { unlimited } from './stock.ts'

/** Corrects stock, for breakage or a find. What is reserved cannot be taken away. */
export const adjustStock: WriteHandler<typeof inventory.adjustStock> = async (
  { variantId, difference, reason },
  context,
) =>
  changeBalance(context, variantId, ({ free, backorder }) => {
    const available = backorder ? free + unlimited : free
    if (available + difference < 0) {
      throw outOfStock(`Only ${available} can be taken away.`, {
        lines: [{ variantId, wanted: -difference, available }],
      })
    }
    return { variantId, kind: 'adjust', quantity: difference, reason }
  })
