import type { Handler } from '@rialto/kit/service'
import type { orders } from './contract.ts'
import { readOrder } from './order-store.ts'
import type { Own } from './own.ts'

export const getOrder: Handler<typeof orders.getOrder, Own> = ({ id }, { database, whose }) =>
  readOrder(database, whose, id)
