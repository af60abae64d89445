import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gaps, type Told } from './subscriber.ts'

const order = { id: 'ord_1', version: 3, cancellations: 1, refunds: 0 }
const about = (type: string, count: number, more: Partial<Told> = {}): Told => ({
  type,
  orderId: 'ord_1',
  count,
  differing: 0,
  version: null,
  ...more,
})
const all = [
  about('order.placed', 1),
  about('order.cancelled', 1),
  about('order.changed', 2, { differing: 2, version: 3 }),
]
const without = (type: string) => all.filter((one) => one.type !== type)

test('a subscriber who is told all once misses nothing', () => {
  assert.deepEqual(gaps([order], all), [])
})

test('an event that is lost, or told twice, is noticed', () => {
  assert.match(gaps([order], without('order.placed')).join(), /told 0 × order\.placed/)
  const twice = [...without('order.cancelled'), about('order.cancelled', 2)]
  assert.match(gaps([order], twice).join(), /told 2 × order\.cancelled/)
  assert.match(gaps([order], [...all, about('order.refunded', 1)]).join(), /told 1 × order\.refunded/)
})

test('a change that is lost, or told twice, is noticed', () => {
  assert.match(gaps([order], without('order.changed')).join(), /does not know version 3/)
  const late = [...without('order.changed'), about('order.changed', 1, { differing: 1, version: 2 })]
  assert.match(gaps([order], late).join(), /does not know version 3/)
  const twice = [...without('order.changed'), about('order.changed', 3, { differing: 2, version: 3 })]
  assert.match(gaps([order], twice).join(), /one version of ord_1 twice/)
})
