import type { Handler } from '@rialto/kit/service'
import type { pricing } from './contract.ts'
import { listRates } from './tax-store.ts'

export const listTaxRates: Handler<typeof pricing.listTaxRates> = async (_, { database }) => ({
  items: await listRates(database),
})
