import type { customerErased } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { deleteDeliveriesTo } from './delivery-store.ts'

/** What was written to somebody who is to be forgotten goes, also what is still to be sent. */
export async function onCustomerErased(
  { data }: Message<Static<typeof customerErased.schema>>,
  { tx }: TransactionContext<unknown>,
): Promise<void> {
  await deleteDeliveriesTo(tx, data.email)
}
