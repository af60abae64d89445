import type { WriteHandler } from '@rialto/kit/service'
import type { pricing } from './contract.ts'
import { giveBack } from './redemption-store.ts'

export const releaseCoupons: WriteHandler<typeof pricing.releaseCoupons> = async ({ checkoutId }, { tx }) => {
  await giveBack(tx, checkoutId)
  return null
}
