import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRoll, type Instance } from './roll.ts'

const instance = (id: string, ...services: string[]): Instance => ({
  id,
  url: `http://${id}:1`,
  version: '1',
  services: Object.fromEntries(services.map((name) => [name, 'hash'])),
})
const me = instance('me', 'cart')
const one = instance('one', 'orders')
const two = instance('two', 'orders', 'payments')

test('a service is where its instances say they are', () => {
  const roll = createRoll()
  for (const each of [me, one, two]) roll.heard(each, 1_000)
  assert.deepEqual(roll.urlsOf('orders'), ['http://one:1', 'http://two:1'])
  assert.deepEqual(roll.urlsOf('payments'), ['http://two:1'])
  assert.deepEqual(roll.urlsOf('search'), [])
  assert.equal(roll.urlsOf('orders'), roll.urlsOf('orders'))
})

test('whoever says goodbye is gone at once', () => {
  const roll = createRoll()
  for (const each of [one, two]) roll.heard(each, 1_000)
  roll.left('one')
  assert.deepEqual(roll.urlsOf('orders'), ['http://two:1'])
})

test('whoever is silent for 1.5 s while others are heard is gone', () => {
  const roll = createRoll()
  for (const each of [me, one, two]) roll.heard(each, 1_000)
  for (let at = 1_500; at <= 2_500; at += 500) for (const each of [me, two]) roll.heard(each, at)
  assert.equal(roll.urlsOf('orders').length, 2)
  for (const each of [me, two]) roll.heard(each, 3_000)
  assert.deepEqual(roll.urlsOf('orders'), ['http://two:1'])
})

test('while nobody is heard, as the carrier is away, nobody is struck off', () => {
  const roll = createRoll()
  for (const each of [me, one]) roll.heard(each, 1_000)
  // One's own announcement is the first to be back; the others follow within 5 s.
  for (let at = 60_000; at < 65_000; at += 500) roll.heard(me, at)
  assert.deepEqual(roll.urlsOf('orders'), ['http://one:1'])
  for (let at = 65_000; at < 66_000; at += 500) roll.heard(me, at)
  assert.deepEqual(roll.urlsOf('orders'), [])
})

test('whoever has a contract to be avoided is asked only where nobody has another one', () => {
  const roll = createRoll()
  const broken = { ...two, services: { orders: 'broken', payments: 'hash' } }
  for (const each of [one, broken]) roll.heard(each, 1_000)
  assert.equal(roll.urlsOf('orders').length, 2)
  roll.avoid('broken')
  assert.deepEqual(roll.urlsOf('orders'), ['http://one:1'])
  assert.deepEqual(roll.urlsOf('payments'), ['http://two:1'])
  roll.left('one')
  assert.deepEqual(roll.urlsOf('orders'), ['http://two:1'])
})

test('an instance that comes back elsewhere is found there', () => {
  const roll = createRoll()
  roll.heard(one, 1_000)
  assert.deepEqual(roll.urlsOf('orders'), ['http://one:1'])
  roll.heard({ ...one, url: 'http://elsewhere:1' }, 1_500)
  assert.deepEqual(roll.urlsOf('orders'), ['http://elsewhere:1'])
})
