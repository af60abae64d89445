import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goods, openShop } from './testing.ts'

// A room that is for some goods only.

const sale = { opensInMs: 600_000, goods: [goods.drop, goods.otherDrop] }

test('only carts that hold what the sale is about wait; others buy as always', async (t) => {
  const { come } = await openShop(t, { sale })
  const [fan, other] = [await come([goods.tea, goods.drop]), await come([goods.tea])]
  const refused = await fan.buy()
  assert.deepEqual([refused.status, refused.code], [429, 'waiting-room'])
  assert.equal((await fan.buyInGraph()).error.extensions.code, 'waiting-room')
  assert.equal((await other.buy()).status, 201)
  assert.equal((await other.buyInGraph()).error, undefined)
})

test('pages lead to the line and out of it by what is in the cart just then', async (t) => {
  const { come } = await openShop(t, { sale })
  const visitor = await come()
  const leads = async (url: string) => (await visitor.look(url)).location
  assert.notEqual(await leads('/checkout'), '/waiting-room')
  visitor.put([goods.drop])
  assert.equal(await leads('/checkout'), '/waiting-room')
  assert.match((await visitor.look()).payload, /The sale begins/)
  visitor.put([goods.tea])
  assert.equal(await leads('/waiting-room'), '/checkout')
  assert.notEqual(await leads('/checkout'), '/waiting-room')
})

test('what is put in meanwhile gets no place among the first, and what is taken out keeps none from buying', async (t) => {
  const { come, pass } = await openShop(t, { sale: { ...sale, perMinute: 1 } })
  const [fan, late] = [await come([goods.drop]), await come([goods.tea])]
  assert.equal((await fan.buy()).status, 429)
  assert.equal((await late.buy()).status, 201)
  pass(601_000)
  assert.equal((await fan.buy()).status, 201)
  late.put([goods.tea, goods.drop])
  assert.deepEqual([(await late.buy()).ahead], [1])
  late.put([goods.tea])
  assert.equal((await late.buy()).status, 201)
})

test('pricing is asked about a variant once, until the sale is changed', async (t) => {
  const { come, set, asked } = await openShop(t, { sale })
  const [one, two] = [await come([goods.tea]), await come([goods.tea])]
  for (const visitor of [one, two, one]) assert.equal((await visitor.buy()).status, 201)
  assert.deepEqual([asked.listCartVariants, asked.findSaleGoods], [3, 1])
  await set({ ...sale, goods: [goods.tea] })
  assert.equal((await one.buy()).status, 429)
})

test('a room for all asks nobody what is in the cart', async (t) => {
  const { come, asked } = await openShop(t, { sale: { opensInMs: 600_000 } })
  assert.equal((await (await come([goods.tea])).buy()).status, 429)
  assert.deepEqual([asked.listCartVariants, asked.findSaleGoods], [0, 0])
})

test('while the cart cannot be asked nobody gets by the line, and pages are shown', async (t) => {
  const away = new Set<'cart'>()
  const { come } = await openShop(t, { sale, away })
  const visitor = await come([goods.tea])
  away.add('cart')
  const refused = await visitor.buy()
  assert.deepEqual([refused.status, refused.code], [503, 'unavailable'])
  assert.notEqual((await visitor.look('/checkout')).location, '/waiting-room')
  assert.match((await visitor.look()).payload, /You are in line/)
})
