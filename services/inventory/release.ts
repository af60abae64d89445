import type { Handler } from '@rialto/kit/service'
import type { inventory } from './contract.ts'
import type { Own } from './own.ts'

export const release: Handler<typeof inventory.release, Own> = async (
  { checkoutId },
  { own, now, newId },
) => {
  await own.settle({ request: { kind: 'release', checkoutId }, clock: { now, newId } })
  return null
}
