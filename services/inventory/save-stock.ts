import type { Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import type { Surroundings } from '@rialto/kit/service'
import type { Reservation } from './reservation.ts'
import { type Balance, type Move, stockEvents } from './stock.ts'
import { saveChanges } from './stock-store.ts'

export type Clock = Pick<Surroundings, 'now' | 'newId'>

export interface Made {
  readonly before: ReadonlyMap<string, Balance>
  /** The same balances after the change; those that did not change are the same objects. */
  readonly after: ReadonlyMap<string, Balance>
  readonly moves: readonly Move[]
  readonly reservations?: { readonly added: readonly Reservation[]; readonly changed: readonly Reservation[] }
}

/** Writes what was decided and says what of it can be seen. Returns how many balances changed. */
export async function saveStock(tx: Tx, made: Made, { now, newId }: Clock): Promise<number> {
  const { before, after, moves, reservations = { added: [], changed: [] } } = made
  const balances: Balance[] = []
  for (const [variantId, balance] of after) {
    const then = before.get(variantId)
    if (!then || then === balance) continue
    balances.push(balance)
    const version = balance.version + 1
    for (const { event, data } of stockEvents(then, balance))
      emit(tx, event, data, { id: variantId, version })
  }
  if (balances.length + reservations.added.length + reservations.changed.length === 0) return 0
  const numbered = moves.map((move) => ({ ...move, id: newId('mov') }))
  await saveChanges(tx, { balances, moves: numbered, reservations, at: now() })
  return balances.length
}
