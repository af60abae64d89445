import { type Static, Type } from '@rialto/kit/schema'
import { ShopCurrency } from '@rialto/kit/shop-settings'
import type { Carrier } from './carrier.ts'
import { type MethodList, openMethodList } from './method-list.ts'
import { sandboxCarrier } from './sandbox-carrier.ts'

const Seconds = (byDefault: number, description: string) =>
  Type.Integer({ default: byDefault, minimum: 0, maximum: 86_400, description })

export const config = Type.Object({
  SHOP_CURRENCY: ShopCurrency,
  SANDBOX_CARRIER_TRANSIT_SECONDS: Seconds(20, 'How long the sandbox carrier takes to pick a parcel up'),
  SANDBOX_CARRIER_DELIVERY_SECONDS: Seconds(40, 'How long it then takes to deliver it'),
  SANDBOX_WAREHOUSE: Type.Boolean({
    default: false,
    description: 'true: orders are packed and shipped by themselves, to try the shop without staff',
  }),
  SANDBOX_WAREHOUSE_PACK_SECONDS: Seconds(15, 'How long the sandbox warehouse takes to pack an order'),
})

/** What every handler of shipping finds in its context. */
export interface Own {
  readonly currency: string
  readonly methods: MethodList
  readonly carriers: readonly Carrier[]
  /** Absent where people pack. */
  readonly packSeconds?: number
}

export function ownOf(settings: Static<typeof config>): Own {
  const { SANDBOX_CARRIER_TRANSIT_SECONDS, SANDBOX_CARRIER_DELIVERY_SECONDS } = settings
  return {
    currency: settings.SHOP_CURRENCY,
    methods: openMethodList(),
    carriers: [sandboxCarrier(SANDBOX_CARRIER_TRANSIT_SECONDS, SANDBOX_CARRIER_DELIVERY_SECONDS)],
    ...(settings.SANDBOX_WAREHOUSE && { packSeconds: settings.SANDBOX_WAREHOUSE_PACK_SECONDS }),
  }
}
