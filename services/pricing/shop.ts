import { type Static, Type } from '@rialto/kit/schema'
import { ShopCurrency, ShopName } from '@rialto/kit/shop-settings'

/** What the shop's owner decides once, read from the environment. */
export const config = Type.Object({
  SHOP_NAME: ShopName,
  SHOP_CURRENCY: ShopCurrency,
  SHOP_COUNTRIES: Type.String({
    default: 'DE,AT,BE,CH,DK,ES,FR,GB,IE,IT,NL,PL,PT,SE,US',
    pattern: '^[A-Z]{2}(,[A-Z]{2})*$',
    description: 'ISO 3166 codes of the countries the shop sells to, by commas; the first one is its home',
  }),
  PRICES_INCLUDE_TAX: Type.Boolean({
    default: true,
    description: 'true: the prices contain the tax; false: it is added',
  }),
})

export interface Shop {
  readonly name: string
  readonly currency: string
  readonly pricesIncludeTax: boolean
  readonly countries: string[]
  /** Whose taxes apply as long as the shopper's country is not known. */
  readonly homeCountry: string
}

export function shopOf(settings: Static<typeof config>): Shop {
  const countries = [...new Set(settings.SHOP_COUNTRIES.split(','))]
  return {
    name: settings.SHOP_NAME,
    currency: settings.SHOP_CURRENCY,
    pricesIncludeTax: settings.PRICES_INCLUDE_TAX,
    countries,
    homeCountry: countries[0] as string,
  }
}
