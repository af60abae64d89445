import type { Shipment } from './contract.ts'

/** Where the carrier says a parcel is. */
export interface Tracking {
  readonly status: 'created' | 'in-transit' | 'delivered'
  /** When there will be news; absent once it has arrived. */
  readonly askAgainAt?: Date
}

/** A carrier that can be asked. Parcels of others are recorded as delivered by staff, at the order. */
export interface Carrier {
  /** Whether it carries what was handed over under this carrier's name. */
  readonly carries: (carrierName: string) => boolean
  readonly track: (shipment: Shipment, now: Date) => Promise<Tracking>
}

export function carrierOf(carriers: readonly Carrier[], carrierName: string): Carrier | undefined {
  return carriers.find((carrier) => carrier.carries(carrierName))
}
