import type { Handler } from '@rialto/kit/service'
import type { pricing } from './contract.ts'
import type { Own } from './own.ts'

export const getShopSettings: Handler<typeof pricing.getShopSettings, Own> = async (_, { own }) => {
  const { name, currency, pricesIncludeTax, countries } = own.shop
  return { name, currency, pricesIncludeTax, countries }
}
