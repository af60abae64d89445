import { until } from '@rialto/kit/until'
import { settledViolations, type Urls } from '../checker.ts'
import { stockShop } from '../goods.ts'
import { openStaff } from '../visitor.ts'
import { type Shopping, sendShoppers } from './shoppers.ts'

export interface Upgrade {
  readonly url: string
  readonly databases: () => Urls
  /** Puts the new code in every place, one after the other. What goes wrong is told in words. */
  readonly replace: (shopping: Shopping) => Promise<readonly string[]>
}

export interface Proof {
  readonly seconds: number
  readonly steps: number
  readonly orders: number
  /** Requests that failed, what did not hold afterwards, and what went wrong in between. */
  readonly faults: readonly string[]
}

const handle = 'wool-cap'
const shoppers = 4

/** Lets people shop while everything is replaced, and looks afterwards whether something failed or was lost. */
export async function proveUpgrade({ url, databases, replace }: Upgrade): Promise<Proof> {
  const good = { handle, title: 'Wool Cap', price: 2490, quantity: 100_000 }
  const variantId = (await stockShop(await openStaff({ url }), [good])).get(handle)?.[0]?.id ?? ''
  const shopping = sendShoppers({ url, variantId, handle, shoppers })
  const { troubles, seconds } = await meanwhile(shopping, replace)
  const violations = await settledViolations(databases())
  return {
    seconds,
    steps: shopping.requests,
    orders: shopping.orders,
    faults: [...troubles, ...shopping.failures, ...violations],
  }
}

async function meanwhile(shopping: Shopping, replace: Upgrade['replace']) {
  try {
    await moreOrders(shopping)
    const began = performance.now()
    const troubles = await replace(shopping)
    const seconds = (performance.now() - began) / 1_000
    await moreOrders(shopping)
    return { troubles, seconds }
  } finally {
    // Those who shop would go on for ever where it went wrong.
    await shopping.stop()
  }
}

export function told({ seconds, steps, orders, faults }: Proof, what: string): string {
  const lines = faults.map((fault) => `  ${fault}\n`).join('')
  return `${what} replaced in ${seconds.toFixed(0)} s\n${steps} steps, ${orders} orders; ${faults.length} faults\n${lines}`
}

export async function moreOrders(shopping: Shopping): Promise<void> {
  const before = shopping.orders
  await until('more orders', () => shopping.orders >= before + 2 * shoppers, { limitMs: 180_000 })
}
