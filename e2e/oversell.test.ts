import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '@rialto/kit/until'
import { orders } from '@rialto/orders/contract'
import { type ApiCall, ApiProblem } from '@rialto/sdk'
import { databaseUrls, settledViolations } from './checker.ts'
import { stockOf, stockShop } from './goods.ts'
import { inParallel } from './in-parallel.ts'
import { openShop, type Shop } from './shop.ts'
import { type Attempt, cards, fillCart, openStaff, openVisitor, pay, prepare } from './visitor.ts'

// A thing that everyone wants, and half of them can have.

const buyers = 400
const inStock = 200
const atOnce = 32

let shop: Shop
let staff: ApiCall
let variantId: string

before(async () => {
  shop = await openShop()
  staff = await openStaff(shop)
  const good = { handle: 'hot-thing', title: 'Hot Thing', price: 2490, quantity: inStock }
  variantId = (await stockShop(staff, [good])).get('hot-thing')?.[0]?.id ?? ''
})
after(() => shop?.close())

test(`of ${buyers} who want one of ${inStock}, exactly ${inStock} get it and the others hear why not`, async () => {
  const ready = await inParallel(range(buyers), atOnce, async (number) => {
    const { call } = openVisitor(shop)
    const filled = await fillCart(call, { variantId, email: `buyer-${number}@shop.example` })
    return { call, attempt: await prepare(call, filled, cards.approved) }
  })
  const answers = await inParallel(ready, atOnce, ({ call, attempt }) => outcomeOf(call, attempt))
  assert.deepEqual(countOf(answers), { confirmed: inStock, 'out-of-stock': buyers - inStock })

  const { free, reserved, sold, received } = await until('all is sold', async () => {
    const stock = await stockOf(staff, variantId)
    return stock.reserved === 0 && stock.sold === inStock && stock
  })
  assert.deepEqual([free, reserved, sold, received], [0, 0, inStock, inStock])
})

test('each order is one, and the books balance', async () => {
  assert.deepEqual(await settledViolations(databaseUrls(shop.dataDir)), [])
  let count = 0
  let after: string | undefined
  do {
    const page = await staff(orders.listOrders, { limit: 100, after })
    count += page.items.length
    after = page.next
  } while (after)
  assert.equal(count, inStock)
})

/** What the buyer hears: how the checkout ended, or why it was refused. */
async function outcomeOf(call: ApiCall, attempt: Attempt): Promise<string> {
  try {
    return (await pay(call, attempt)).status
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    const [line] = error.details.lines as { available: number }[]
    assert.equal(line?.available, 0)
    return error.code
  }
}

function countOf(answers: readonly string[]): Record<string, number> {
  const counted = Map.groupBy(answers, (answer) => answer)
  return Object.fromEntries([...counted].map(([answer, { length }]) => [answer, length]))
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
