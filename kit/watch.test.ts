import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { Context } from './service.ts'
import { silent } from './telemetry.ts'
import { startWatches } from './watch.ts'

const context = () => ({}) as Context
const everyMs = 10_000

/** Lets the promises that are settled go on. */
const settled = () => new Promise(setImmediate)

test('a watch looks every so often, also after a look that failed, until it is stopped', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const look = mock.fn(async () => {
    if (look.mock.callCount() === 1) throw new Error('The database is away')
  })
  const watching = startWatches([{ everyMs, look }], { context, log: silent })
  watching.begin()
  for (const looks of [1, 2, 3]) {
    t.mock.timers.tick(everyMs)
    await settled()
    assert.equal(look.mock.callCount(), looks)
  }
  await watching.stop()
  t.mock.timers.tick(everyMs)
  assert.equal(look.mock.callCount(), 3)
})

test('looks of one watch do not overlap, and stopping waits for the last', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = mock.fn(() => promise)
  const watching = startWatches([{ everyMs, look }], { context, log: silent })
  watching.begin()
  t.mock.timers.tick(5 * everyMs)
  assert.equal(look.mock.callCount(), 1)
  let stopped = false
  const stopping = watching.stop().then(() => {
    stopped = true
  })
  await settled()
  assert.equal(stopped, false)
  resolve()
  await stopping
})

test('a look that is asked for tells of its failure', async () => {
  const look = async () => {
    throw new Error('The database is away')
  }
  const watching = startWatches([{ everyMs, look }], { context, log: silent })
  await assert.rejects(watching.look(), /away/)
})
