import type { guestIdentified } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { giveCheckouts } from './checkout-store.ts'
import { giveOrders } from './order-store.ts'
import { sayChanged } from './save-orders.ts'

/** What the guest bought, and is buying, is the customer's. */
export async function onGuestIdentified(
  { data }: Message<Static<typeof guestIdentified.schema>>,
  { tx }: TransactionContext<unknown>,
): Promise<void> {
  await giveCheckouts(tx, data.guestId, data.customerId)
  sayChanged(tx, await giveOrders(tx, data.guestId, data.customerId))
}
