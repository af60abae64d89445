import type { WriteHandler } from '@rialto/kit/service'
import type { pricing } from './contract.ts'
import type { Own } from './own.ts'
import { saveRate } from './tax-store.ts'

export const setTaxRate: WriteHandler<typeof pricing.setTaxRate, Own> = async (rate, { tx, own }) => {
  await saveRate(tx, rate)
  own.rulebook.changes(tx)
  return rate
}
