import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openShop } from './testing.ts'

test('without a room nobody waits', async (t) => {
  const { come, asked } = await openShop(t)
  const visitor = await come()
  assert.equal((await visitor.buy()).status, 201)
  assert.deepEqual([asked.listCartVariants, asked.findSaleGoods], [0, 0])
  assert.deepEqual((await visitor.look()).location, '/checkout')
})

test('before the sale everybody has a place, and nobody gets in', async (t) => {
  const { come } = await openShop(t, { sale: { opensInMs: 600_000 } })
  const visitor = await come()
  const refused = await visitor.buy()
  assert.deepEqual(
    [refused.status, refused.code, refused.ahead, refused.retryAfter],
    [429, 'waiting-room', undefined, '30'],
  )
  assert.ok(refused.waitSeconds > 590 && refused.waitSeconds <= 600)
  const page = await visitor.look()
  assert.match(page.payload, /The sale begins .*in 10 minutes/)
  assert.deepEqual((await visitor.look('/checkout')).location, '/waiting-room')
})

test('in the sale they get in one after the other, each once, and the last ones see who is before them', async (t) => {
  const { come, pass } = await openShop(t, { sale: { opensInMs: 600_000, perMinute: 1, passMinutes: 30 } })
  const visitors = [await come(), await come(), await come()]
  pass(600_000 + 1_000)
  const first = await Promise.all(visitors.map(({ buy }) => buy()))
  assert.deepEqual(first.map(({ status }) => status).sort(), [201, 429, 429])
  assert.deepEqual(first.flatMap(({ ahead }) => ahead ?? []).sort(), [1, 2])
  const late = await come()
  assert.equal((await late.buy()).ahead, 3)
  assert.match((await late.look()).payload, /<b>3<\/b> people before you\. It takes about 3 minutes/)
  pass(60_000)
  const second = await Promise.all(visitors.map(({ buy }) => buy()))
  assert.deepEqual(
    second.flatMap(({ ahead }) => ahead ?? []),
    [1],
  )
})

test('a pass lasts for its time; then one stands in line again', async (t) => {
  const { come, pass } = await openShop(t, { sale: { opensInMs: -1_000, perMinute: 1, passMinutes: 2 } })
  const visitor = await come()
  assert.equal((await visitor.buy()).status, 201)
  pass(119_000)
  assert.equal((await visitor.buy()).status, 201)
  assert.equal((await visitor.look()).location, '/checkout')
  const other = await come()
  assert.equal((await other.buy()).status, 201)
  pass(2_000)
  assert.deepEqual([(await visitor.buy()).ahead], [1])
})

test('however often one asks, one has one place', async (t) => {
  const { come } = await openShop(t, { sale: { opensInMs: -1_000, perMinute: 1 } })
  const [first, second] = [await come(), await come()]
  await first.buy()
  for (let count = 0; count < 5; count++) assert.equal((await second.buy()).ahead, 1)
  assert.equal((await (await come()).buy()).ahead, 2)
})

test('a room that is closed lets everybody in at once', async (t) => {
  const { come, set } = await openShop(t, { sale: { opensInMs: 600_000 } })
  const visitor = await come()
  assert.equal((await visitor.buy()).status, 429)
  await set(undefined)
  assert.equal((await visitor.buy()).status, 201)
})

test('in the graph one waits as well, and is told the same', async (t) => {
  const { come } = await openShop(t, { sale: { opensInMs: -1_000, perMinute: 1 } })
  const [first, second] = [await come(), await come()]
  assert.equal((await first.buyInGraph()).error, undefined)
  const { answer, error } = await second.buyInGraph()
  assert.deepEqual([error.extensions.code, error.extensions.ahead], ['waiting-room', 1])
  assert.equal(answer.headers['retry-after'], '15')
})
