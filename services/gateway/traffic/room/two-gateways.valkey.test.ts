import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { until } from '@rialto/kit/until'
import { startTestValkey, type TestValkey } from '../testing-valkey.ts'
import { goods, openShop, type Sale } from './testing.ts'

// Two whole gateways before one shop, which share the line at a real server.

let valkey: TestValkey
before(async () => {
  valkey = await startTestValkey()
})
after(() => valkey.stop())

const openFleet = (t: TestContext, sale: Sale) => openShop(t, { sale, valkeyUrls: [valkey.url, valkey.url] })

test('whoever comes to two gateways has one place, in REST, graph and pages', async (t) => {
  const { come } = await openFleet(t, { opensInMs: -1_000, perMinute: 1 })
  const [first, second, third] = [await come(), await come(), await come()]
  await until('the server answers', async () => (await first.buy(0)).status === 201)
  await until('the server answers', async () => (await first.buy(1)).status === 201)
  const { error } = await second.buyInGraph(0)
  assert.deepEqual([error.extensions.code, error.extensions.ahead], ['waiting-room', 1])
  assert.equal((await second.buy(1)).ahead, 1)
  assert.match((await second.look('/waiting-room', 1)).payload, /is <b>1<\/b> person before you/)
  const late = [await third.buy(1), await third.buy(0)]
  assert.deepEqual(
    late.map(({ code, ahead }) => [code, ahead]),
    [
      ['waiting-room', 2],
      ['waiting-room', 2],
    ],
  )
})

test('a sale of some goods has one line at both, and keeps nobody else', async (t) => {
  const { come } = await openFleet(t, { opensInMs: 600_000, goods: [goods.drop] })
  const [fan, other] = [await come([goods.drop]), await come([goods.tea])]
  await until('the first answers', async () => (await fan.buy(0)).code === 'waiting-room')
  await until('the other answers', async () => (await fan.buy(1)).code === 'waiting-room')
  assert.deepEqual([(await other.buy(0)).status, (await other.buy(1)).status], [201, 201])
})

test('while the server is away nobody new is let in, and others buy', async (t) => {
  const own = await startTestValkey()
  t.after(() => own.stop())
  const { come } = await openShop(t, {
    sale: { opensInMs: -1_000, goods: [goods.drop] },
    valkeyUrls: [own.url, own.url],
  })
  const [fan, other] = [await come([goods.drop]), await come([goods.tea])]
  await until('the server answers', async () => (await fan.buy(0)).status === 201)
  await own.stop()
  const late = await come([goods.drop])
  assert.deepEqual([(await late.buy(0)).status, (await late.buy(1)).status], [503, 503])
  assert.equal((await late.look('/checkout')).location, '/waiting-room')
  assert.match((await late.look()).payload, /The line cannot be seen just now/)
  assert.deepEqual([(await other.buy(0)).status, (await other.buy(1)).status], [201, 201])
})
