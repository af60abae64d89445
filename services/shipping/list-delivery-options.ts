import type { Handler } from '@rialto/kit/service'
import type { shipping } from './contract.ts'
import { deliveryOptions } from './delivery-options.ts'
import type { Own } from './own.ts'

export const listDeliveryOptions: Handler<typeof shipping.listDeliveryOptions, Own> = async (
  parcel,
  { own, database, now },
) => {
  const at = now()
  return { items: deliveryOptions(parcel, await own.methods.read(database, at), at) }
}
