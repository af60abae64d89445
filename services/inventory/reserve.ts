import type { Handler } from '@rialto/kit/service'
import { type inventory, outOfStock, reservationGone } from './contract.ts'
import type { Own } from './own.ts'

/** Holds all lines for a checkout, or none. */
export const reserve: Handler<typeof inventory.reserve, Own> = async (input, { own, now, newId }) => {
  const outcome = await own.settle({ request: { kind: 'reserve', ...input }, clock: { now, newId } })
  switch (outcome.kind) {
    case 'done':
      return null
    case 'gone':
      throw reservationGone('This checkout was given up before. Start a new one.')
    case 'short': {
      const lines = [...outcome.lines]
      const what = lines.length === 1 ? `Only ${lines[0]?.available} left.` : 'Several items are short.'
      throw outOfStock(what, { lines })
    }
  }
}
