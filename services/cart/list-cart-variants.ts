import type { Handler } from '@rialto/kit/service'
import { variantsOf } from './cart-store.ts'
import type { cart } from './contract.ts'
import { ownersOf } from './load-cart.ts'
import type { Own } from './own.ts'

/** What was collected before signing in counts, whether it has joined the customer's cart yet or not. */
export const listCartVariants: Handler<typeof cart.listCartVariants, Own> = async (
  _,
  { actor, database },
) => {
  const [owner, guest] = ownersOf(actor)
  return { variantIds: await variantsOf(database.quick, guest ? [owner, guest] : [owner]) }
}
