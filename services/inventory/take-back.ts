import type { Handler } from '@rialto/kit/service'
import type { inventory } from './contract.ts'
import type { Own } from './own.ts'

/** The news of the cancellation asks for the same; whichever comes first does it. */
export const takeBack: Handler<typeof inventory.takeBack, Own> = async (
  { checkoutId },
  { own, now, newId },
) => {
  await own.settle({ request: { kind: 'cancel', checkoutId }, clock: { now, newId } })
  return null
}
