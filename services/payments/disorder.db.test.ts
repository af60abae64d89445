import { after, before, test } from 'node:test'
import { assertAnyOrder, type Story, said } from '@rialto/kit/disorder'
import { openWorld, type World } from '@rialto/kit/testing'
import { orderCancelled, orderPlaced, refundRequested } from '@rialto/orders/contract'
import service from './service.ts'
import { assertBalanced, cancelled, pay, paymentOf, placed, refundOf, sandboxState } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

/** One order is kept, one is cancelled, one partly refunded; a fourth one's refund comes to nothing. */
async function tell(): Promise<Story> {
  const [kept, dropped, partly, declined] = [
    await pay(world),
    await pay(world),
    await pay(world),
    await pay(world, 'declined'),
  ].map(({ checkoutId }) => checkoutId) as [string, string, string, string]
  const events = [
    said(orderPlaced, placed(kept)),
    said(orderPlaced, placed(dropped)),
    said(orderPlaced, placed(partly)),
    said(refundRequested, refundOf(partly, 700)),
    said(refundRequested, refundOf(partly, 300)),
    said(refundRequested, refundOf(declined, 700)),
    said(orderCancelled, cancelled(dropped)),
  ]
  const outcome = async () => {
    await assertBalanced(world)
    return Promise.all([kept, dropped, partly, declined].map(moneyOf))
  }
  return { events, outcome }
}

/** A cancelled order's money is let go or given back, as its capture had begun or not: either way none is kept. */
async function moneyOf(checkoutId: string) {
  const { captured, refunded } = await paymentOf(world, checkoutId)
  const hold = await sandboxState(world, checkoutId)
  return { kept: captured - refunded, held: hold?.state === 'held' }
}

test('money comes to the same, in whatever order and however often orders are told of', async () => {
  await assertAnyOrder(world, tell, { settleMs: 60_000, runs: 15 })
})
