import { type Actor, identities } from '@rialto/kit/access'
import type { Tx } from '@rialto/kit/database'
import { notFound, versionConflict } from '@rialto/kit/problem'
import type { Context, TransactionContext } from '@rialto/kit/service'
import { cartIdOf, emptyCart, lineLimit, mergeCarts, type StoredCart } from './cart.ts'
import { lockTwo, noteHeir, saveMerged, touchCart } from './cart-store.ts'
import type { Own } from './own.ts'

/** The actor's cart; what was collected before signing in has joined it. */
export async function loadCart({ actor, database, own, now }: Context<Own>): Promise<StoredCart> {
  const [owner, guest] = ownersOf(actor)
  const carts = await own.cartsOf(guest ? [owner, guest] : [owner])
  const mine = carts.find(({ ownerId }) => ownerId === owner)
  const full = mine && mine.items.length >= lineLimit
  if (!guest || full || !carts.some(({ ownerId }) => ownerId === guest)) return mine ?? emptyCart(owner)
  await database.transaction((tx) => mergeInto(tx, owner, guest, now()))
  const [merged] = await own.cartsOf([owner])
  return merged ?? emptyCart(owner)
}

/** Locks the actor's cart for a change within the transaction. */
export async function openCart({ actor, tx, now, expectedVersion }: TransactionContext) {
  const [owner, guest] = ownersOf(actor)
  if (guest) await mergeInto(tx, owner, guest, now())
  const cart = await touchCart(tx, owner, now())
  if (!cart) throw new Error(`The cart of ${owner} cannot be opened`)
  refuseOtherVersion(cart.version - 1, expectedVersion)
  return cart
}

export function refuseOtherVersion(currentVersion: number, expected: number | undefined): void {
  if (expected === undefined || expected === currentVersion) return
  throw versionConflict('The cart has changed meanwhile. Look at it again.', { currentVersion })
}

/** Moves the lines of a guest's cart into the customer's. Of two at once, the second finds nothing to do. */
export async function mergeInto(tx: Tx, customerId: string, guestId: string, now: Date): Promise<void> {
  const [mine, guests] = await lockTwo(tx, customerId, guestId)
  if (!guests) return
  const { merged, rest } = mergeCarts(mine, guests)
  if (rest.length > 0 && rest.length === guests.items.length) return
  await saveMerged(tx, merged, guests.id, now)
  await noteHeir(tx, guests.id, customerId, now)
}

/** The cart that alone is changed; none where a customer's may have to take in what the guest had collected. */
export function cartOf({ actor }: Pick<Context, 'actor'>): string | undefined {
  const [owner, guest] = ownersOf(actor)
  return guest === undefined ? cartIdOf(owner) : undefined
}

/** Whose cart it is, and the guest that the customer was before signing in. */
export function ownersOf(actor: Actor): [string, string?] {
  const [owner, guest] = identities(actor)
  if (!owner) throw notFound('Only a shopper has a cart.')
  return [owner, guest]
}
