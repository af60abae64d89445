import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Service } from '@rialto/kit/service'
import { openWorld, type World } from '@rialto/kit/testing'
import { orderCancelled, orderPlaced, refundRequested } from '@rialto/orders/contract'
import fc from 'fast-check'
import { payments } from './contract.ts'
import type { Gateway } from './gateway.ts'
import type { Own } from './own.ts'
import service from './service.ts'
import {
  assertBalanced,
  type Card,
  cancelled,
  cards,
  placed,
  refundOf,
  request,
  sandboxState,
  shopper,
} from './testing.ts'

// The whole service with its real sandbox gateway, whose answers are sometimes lost, led through random lives.

let losses = 0
let world: World
before(async () => {
  const config = { PAYMENT_GATEWAY_TIMEOUT_MS: '200' }
  world = await openWorld({ ...service, open: openLossy } as Service, { config })
})
after(() => world.close())

async function openLossy(opened: never): Promise<Own> {
  const own = (await service.open?.(opened)) as Own
  const { sandbox } = own.gateways
  const lossy = Object.entries(sandbox as Gateway).map(([name, value]) => {
    if (typeof value !== 'function' || name === 'parseWebhook') return [name, value]
    const call = async (...args: unknown[]) => {
      const answer = await (value as (...args: unknown[]) => Promise<unknown>)(...args)
      if (losses-- > 0) throw new Error('connection reset')
      return answer
    }
    return [name, call]
  })
  return { ...own, gateways: { sandbox: Object.fromEntries(lossy) as Gateway } }
}

type Asked = Awaited<ReturnType<typeof request>>
type Deed = (asked: Asked) => Promise<unknown>

const deeds: Record<string, Deed> = {
  authorize: (asked) => world.call(payments.authorize, asked),
  authorizeTwice: (asked) => Promise.all([deeds.authorize?.(asked), deeds.authorize?.(asked)]),
  ask: (asked) => world.call(payments.askPayment, asked).catch(() => {}),
  approve: (asked) => answer(asked, true),
  refuse: (asked) => answer(asked, false),
  place: ({ checkoutId }) => world.hear(orderPlaced, placed(checkoutId)),
  cancel: ({ checkoutId }) => world.hear(orderCancelled, cancelled(checkoutId)),
  placeAndCancel: (asked) => Promise.all([deeds.place?.(asked), deeds.cancel?.(asked)]),
  abandon: ({ checkoutId }) => world.call(payments.abandonPayment, { checkoutId }),
  loseAnAnswer: async () => {
    losses = 1
  },
  refundHalf: (asked) => refund(asked, 50),
  refundMost: (asked) => refund(asked, 80),
  wait: async () => {
    world.advance(20_000)
    await world.runJobs()
  },
}

async function answer({ checkoutId }: Asked, approve: boolean): Promise<void> {
  const hold = await world.database.row<{ challengeId: string | null }>`
    select challenge_id from sandbox_holds where reference = ${checkoutId}`
  if (!hold?.challengeId) return
  await world.call(payments.answerSandboxChallenge, { id: hold.challengeId, approve }, { as: shopper })
}

/** Asked for only where there is a payment; without one it is a dead letter by design. */
async function refund({ checkoutId }: Asked, amount: number): Promise<void> {
  const row = await world.database
    .row`select from payments where checkout_id = ${checkoutId} and gateway <> ''`
  if (row) await world.hear(refundRequested, refundOf(checkoutId, amount))
}

const life = fc.record({
  card: fc.constantFrom(...(Object.keys(cards) as Card[])),
  deeds: fc.array(fc.constantFrom(...Object.keys(deeds)), { minLength: 1, maxLength: 10 }),
})

test('any life of a payment ends balanced, as the gateway has it, and charged at most once', async () => {
  await fc.assert(
    fc.asyncProperty(life, async ({ card, deeds: names }) => {
      const asked = await request(world, card, 100)
      losses = 0
      for (const name of names) await deeds[name]?.(asked)
      losses = 0
      await rest()
      await assertBalanced(world)
      const hold = await sandboxState(world, asked.checkoutId)
      if (names.includes('abandon')) assert.ok(isGone(hold), JSON.stringify(hold))
    }),
    { numRuns: 60 },
  )
})

function isGone(hold: Awaited<ReturnType<typeof sandboxState>>): boolean {
  if (hold?.state === 'captured') return hold.refunded === hold.amount
  return hold?.state !== 'held'
}

/** Until nothing is open but what waits for the shopper or the checkout. */
async function rest(): Promise<void> {
  for (let hour = 0; hour < 30; hour++) {
    world.advance(3_600_000)
    await world.runJobs()
    const open = await world.database.row`
      select from payments where ask_at is not null and not exists (
        select from refunds r where r.payment_id = payments.id and r.status = 'waiting')`
    if (!open) return
  }
  assert.fail('a payment never comes to rest')
}
