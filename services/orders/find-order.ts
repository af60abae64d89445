import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { orders } from './contract.ts'
import { normalNumber } from './order-number.ts'
import { findOrderRow } from './order-store.ts'
import type { Own } from './own.ts'

/** For guests. A wrong number and a wrong e-mail get the same answer, so neither can be found out. */
export const findOrder: Handler<typeof orders.findOrder, Own> = async ({ number, email }, { database }) => {
  const found = await findOrderRow(database, normalNumber(number), email)
  if (!found) throw notFound('There is no order with this number and e-mail.')
  return found
}
