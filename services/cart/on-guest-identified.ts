import type { guestIdentified } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { mergeInto } from './load-cart.ts'

/** The guest turned out to be a customer, so there is one cart from now on. */
export async function onGuestIdentified(
  { data }: Message<Static<typeof guestIdentified.schema>>,
  { tx, now }: TransactionContext,
): Promise<void> {
  await mergeInto(tx, data.customerId, data.guestId, now())
}
