import type { Actor } from '@rialto/kit/access'
import type { Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import { guestIdentified } from './contract.ts'
import type { Account } from './profile.ts'

/** Tells whose the guest's cart and orders are now. Staff take over nothing. */
export function identifyGuest(tx: Tx, actor: Actor, { id: customerId, role }: Account, now: Date): void {
  const guestId = guestOf(actor)
  if (guestId === undefined || role !== 'customer') return
  // A guest may turn out to be somebody several times; the later time counts as the higher version.
  emit(tx, guestIdentified, { guestId, customerId }, { id: guestId, version: now.getTime() })
}

function guestOf(actor: Actor): string | undefined {
  if (actor.kind === 'guest') return actor.id
  return 'guestId' in actor ? actor.guestId : undefined
}
