import type { EventType } from '@rialto/kit/contract'
import { type Shipment, shipmentDelivered, shipmentInTransit } from './contract.ts'

type Status = Shipment['status']

export interface Move {
  readonly to: Status
  readonly event: EventType<typeof shipmentDelivered.schema>
}

/** The way of a parcel: from each status the next step. */
const next: Partial<Record<Status, Move>> = {
  created: { to: 'in-transit', event: shipmentInTransit },
  'in-transit': { to: 'delivered', event: shipmentDelivered },
}

/** The steps from one status to another, none left out; none at all if it is not further on the way. */
export function movesBetween(from: Status, to: Status): Move[] {
  const moves: Move[] = []
  for (let at = from; at !== to; ) {
    const move = next[at]
    if (!move) return []
    moves.push(move)
    at = move.to
  }
  return moves
}
