import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openShop } from './testing.ts'

// A gateway that starts in the middle of a sale.

test('before it knows of the sale nobody buys, and then they stand in line at once', async (t) => {
  const away = new Set<'pricing'>(['pricing'])
  const { come } = await openShop(t, { sale: { opensInMs: 600_000 }, away })
  const visitor = await come()
  const refused = await visitor.buy()
  assert.deepEqual([refused.status, refused.code, refused.service], [503, 'unavailable', 'pricing'])
  assert.ok(Number(refused.retryAfter) >= 1)
  assert.equal((await visitor.buyInGraph()).error.extensions.code, 'unavailable')
  away.clear()
  // Nobody told it meanwhile: the checkout itself asks.
  assert.deepEqual([(await visitor.buy()).code], ['waiting-room'])
})

test('all but the checkout is open meanwhile', async (t) => {
  const { come } = await openShop(t, { sale: { opensInMs: 600_000 }, away: new Set(['pricing']) })
  const visitor = await come()
  assert.equal((await visitor.look('/api/mine')).statusCode, 200)
  assert.notEqual((await visitor.look('/checkout')).location, '/waiting-room')
})

test('while pricing stays away the shop is not kept closed, and each checkout asks again', async (t) => {
  const away = new Set<'pricing'>(['pricing'])
  const { come, pass, asked } = await openShop(t, { sale: { opensInMs: 600_000 }, away })
  const visitor = await come()
  assert.equal((await visitor.buy()).status, 503)
  pass(30_000)
  const before = asked.getWaitingRoom
  assert.equal((await visitor.buy()).status, 201)
  assert.equal(asked.getWaitingRoom, before + 1)
  away.clear()
  assert.deepEqual([(await visitor.buy()).code], ['waiting-room'])
})

test('once it knows, pricing may go away: what it heard last holds', async (t) => {
  const away = new Set<'pricing'>()
  const { come, set } = await openShop(t, { sale: { opensInMs: 600_000 }, away })
  const visitor = await come()
  assert.equal((await visitor.buy()).code, 'waiting-room')
  away.add('pricing')
  await set(undefined)
  assert.equal((await visitor.buy()).code, 'waiting-room')
})
