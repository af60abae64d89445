import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { forbidden, is, notFound } from '@rialto/kit/problem'
import { orders, type SagaDetails } from '../contract.ts'
import { type Operator, openOperator } from './testing-operator.ts'

let shop: Operator
before(async () => {
  shop = await openOperator()
})
after(() => shop.close())
afterEach(() => shop.calmDown())

test('everything is listed newest first, page by page, by kind and by state', async () => {
  const all = async (query: { kind?: SagaDetails['kind']; state?: SagaDetails['state'] }) => {
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await shop.world.call(orders.listSagas, { ...query, limit: 7, after }, { as: shop.as })
      for (const saga of page.items) {
        seen.push(saga.id)
        if (query.kind) assert.equal(saga.kind, query.kind)
        if (query.state) assert.equal(saga.state, query.state)
      }
      after = page.next
    } while (after)
    assert.deepEqual(
      seen.map((id) => id.slice(4)),
      seen
        .map((id) => id.slice(4))
        .toSorted()
        .reverse(),
    )
    assert.equal(new Set(seen).size, seen.length)
    return seen.length
  }
  for (let round = 0; round < 6; round++) {
    shop.peers.mute = round % 2 === 0
    await shop.cancelled()
    await shop.refunding()
    await shop.pay(shop.peers.shopper(), { card: 'declined' }).catch(() => {})
  }
  await shop.pay(shop.peers.shopper(), { card: '3ds' })
  await shop.runJobs()
  const total = await all({})
  const kinds = ['checkout', 'cancellation', 'refund'] as const
  const states = ['running', 'waiting', 'stuck', 'done', 'failed'] as const
  const counts = async (queries: Parameters<typeof all>[0][]) => {
    const found = await Promise.all(queries.map(all))
    return found.reduce((sum, count) => sum + count, 0)
  }
  assert.equal(await counts(kinds.map((kind) => ({ kind }))), total)
  assert.equal(await counts(states.map((state) => ({ state }))), total)
  assert.ok(total > 20)
})

test('nothing of a customer is shown, and only those who run the shop see it', async () => {
  const { id } = await shop.pay(shop.peers.shopper(), { card: 'silent' })
  const shown = JSON.stringify([
    await shop.read(id),
    await shop.world.call(orders.listSagas, {}, { as: shop.as }),
  ])
  for (const secret of ['ada@example.com', 'Ada', 'Bahnhofstr', 'Berlin', 'silent', 'Tea'])
    assert.ok(!shown.includes(secret), secret)
  const others = { kind: 'staff', id: newId('staff'), permissions: ['orders', 'payments'] } as const
  const refused = [
    shop.world.call(orders.listSagas, {}, { as: others }),
    shop.world.call(orders.getSaga, { id }, { as: others }),
    shop.world.call(orders.retrySaga, { id }, { as: others }),
    shop.world.call(orders.skipSaga, { id, outcome: 'approved', note: 'x' }, { as: others }),
    shop.world.call(orders.compensateSaga, { id }, { as: others }),
  ]
  await Promise.all(refused.map((asking) => assert.rejects(asking, (error) => is(error, forbidden))))
  await assert.rejects(shop.read('chk_nobody'), (error) => is(error, notFound))
})
