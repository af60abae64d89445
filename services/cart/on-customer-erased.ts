import type { customerErased } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { removeCartsOf } from './cart-store.ts'

export async function onCustomerErased(
  { data }: Message<Static<typeof customerErased.schema>>,
  { tx }: TransactionContext,
): Promise<void> {
  await removeCartsOf(tx, data.customerId)
}
