import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from './contract.ts'
import { createFaults, type InjectedFault } from './faults.ts'
import { conflict, is, notFound, unavailable } from './problem.ts'

const fault: InjectedFault = { service: 'orders', kind: 'fail', percent: 100, delayMs: 1, until: 1_000 }
const ask = (dispatch: (...given: never[]) => Promise<unknown>) =>
  (dispatch as (...given: unknown[]) => Promise<unknown>)({} as Operation, {}, {})

test('a service that fails on purpose is away, until that ends by itself or is ended', async () => {
  let now = 0
  const faults = createFaults({ now: () => now })
  const orders = faults.around('orders', async () => 'done')
  const cart = faults.around('cart', async () => 'done')
  faults.inject(fault)
  await assert.rejects(ask(orders), (error) => is(error, unavailable))
  assert.equal(await ask(cart), 'done')
  now = 1_000
  assert.equal(await ask(orders), 'done')
  assert.deepEqual(faults.list(), [])
  faults.inject({ ...fault, until: 2_000 })
  faults.remove('orders')
  assert.equal(await ask(orders), 'done')
})

test('a fault meets as many requests as it says', async () => {
  const drawn = [0.1, 0.9]
  const faults = createFaults({ now: () => 0, random: () => drawn.shift() ?? 0 })
  const orders = faults.around('orders', async () => 'done')
  faults.inject({ ...fault, percent: 50 })
  await assert.rejects(ask(orders))
  assert.equal(await ask(orders), 'done')
})

test('a slow service answers all the same', async () => {
  const faults = createFaults({ now: () => 0 })
  const orders = faults.around('orders', async () => 'done')
  faults.inject({ ...fault, kind: 'slow' })
  assert.equal(await ask(orders), 'done')
})

test('a process crashes only where others are left, and nobody injects a fault where the service is not', () => {
  let crashes = 0
  const faults = createFaults({ crash: () => crashes++ })
  const alone = createFaults()
  for (const each of [faults, alone]) each.around('orders', async () => 'done')
  faults.inject({ ...fault, kind: 'crash' })
  assert.equal(crashes, 1)
  assert.throws(
    () => alone.inject({ ...fault, kind: 'crash' }),
    (error) => is(error, conflict),
  )
  assert.throws(
    () => faults.inject({ ...fault, service: 'nobody' }),
    (error) => is(error, notFound),
  )
})
