import { join } from 'node:path'
import { cart } from '@rialto/cart/contract'
import { catalog } from '@rialto/catalog/contract'
import { identity } from '@rialto/identity/contract'
import { inventory } from '@rialto/inventory/contract'
import { type Contract, type ContractInfo, describe } from '@rialto/kit/contract'
import { notifications } from '@rialto/notifications/contract'
import { operations } from '@rialto/operations/contract'
import { orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import { pricing } from '@rialto/pricing/contract'
import { search } from '@rialto/search/contract'
import { shipping } from '@rialto/shipping/contract'
import { webhooks } from '@rialto/webhooks/contract'

const declared = [
  catalog,
  search,
  pricing,
  identity,
  cart,
  orders,
  payments,
  inventory,
  shipping,
  notifications,
  webhooks,
  operations,
] as readonly Contract[]

/** What every service promises, in the order of the documents. Light: no service is loaded for it. */
export const contracts: readonly ContractInfo[] = declared.map(describe)

/** What a contract promised last, in a file beside it. */
export function lockFile({ name }: Pick<ContractInfo, 'name'>): string {
  return join(import.meta.dirname, 'services', name, 'contract.lock.json')
}
