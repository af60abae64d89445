import type { EventType } from '@rialto/kit/contract'
import type { Static } from '@rialto/kit/schema'
import {
  type Availability,
  type Movement,
  type Stock,
  stockBack,
  stockChanged,
  stockLow,
} from './contract.ts'

/** The balance of a variant, as decisions see it. */
export interface Balance extends Omit<Stock, 'locationId'> {
  /** The catalog no longer has it: nothing more is sold, the ledger stays. */
  readonly removed: boolean
}

/** A change of a balance, to be written into the ledger with it. */
export interface Move extends Pick<Movement, 'variantId' | 'kind' | 'quantity' | 'reason' | 'reference'> {}

/** As many as a cart can hold: what is shown when stock sets no limit, and how far backorders may go. */
export const unlimited = 9_999

/** What one unit of a movement's quantity does; a reserve has a negative quantity. */
const effects = {
  receive: { free: 1, reserved: 0, sold: 0, received: 1 },
  adjust: { free: 1, reserved: 0, sold: 0, received: 1 },
  count: { free: 1, reserved: 0, sold: 0, received: 1 },
  reserve: { free: 1, reserved: -1, sold: 0, received: 0 },
  release: { free: 1, reserved: -1, sold: 0, received: 0 },
  commit: { free: 0, reserved: -1, sold: 1, received: 0 },
  return: { free: 1, reserved: 0, sold: -1, received: 0 },
} as const satisfies Record<Movement['kind'], unknown>

export function moved(balance: Balance, { kind, quantity }: Pick<Move, 'kind' | 'quantity'>): Balance {
  const effect = effects[kind]
  return {
    ...balance,
    free: balance.free + effect.free * quantity,
    reserved: balance.reserved + effect.reserved * quantity,
    sold: balance.sold + effect.sold * quantity,
    received: balance.received + effect.received * quantity,
  }
}

/** How many can be bought now. A variant that inventory does not know is out. */
export function sellable(balance: Balance | undefined): number {
  if (!balance || balance.removed) return 0
  if (!balance.tracked) return unlimited
  if (balance.backorder) return Math.min(unlimited, Math.max(0, balance.free + unlimited))
  return balance.free
}

export function availabilityOf(variantId: string, balance: Balance | undefined): Availability {
  const available = sellable(balance)
  const scarce = balance?.tracked && !balance.backorder && balance.free <= balance.lowFrom
  return { variantId, state: available === 0 ? 'out' : scarce ? 'low' : 'in-stock', available }
}

/** Below this the exact number is shown, so each change of it is told. */
const countedUpTo = 20

interface Said {
  readonly event: EventType
  readonly data: Availability | Static<typeof stockLow.schema>
}

/** What others hear of a change: only what a shopper can see, so that a hot item does not flood them. */
export function stockEvents(before: Balance, after: Balance): Said[] {
  const { variantId, free, lowFrom } = after
  const [then, now] = [availabilityOf(variantId, before), availabilityOf(variantId, after)]
  const said: Said[] = []
  if (then.state !== now.state || shownNumber(then) !== shownNumber(now))
    said.push({ event: stockChanged, data: now })
  // Version 1 is the empty balance of a new variant: its first goods are new, not back.
  if (then.state === 'out' && now.state !== 'out' && before.version > 1)
    said.push({ event: stockBack, data: { variantId, free } })
  const fell = after.tracked && before.free > lowFrom && free <= lowFrom
  if (fell && !after.removed) said.push({ event: stockLow, data: { variantId, free } })
  return said
}

function shownNumber({ available }: Availability): number {
  return Math.min(available, countedUpTo + 1)
}
