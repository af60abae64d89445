import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Database } from './database.ts'
import { type Keyed, keyed, onceUnderKey } from './idempotency.ts'
import { is, keyReused, requestInProgress } from './problem.ts'
import { openKitDatabase } from './testing.ts'
import { until } from './until.ts'

// What becomes of a key while its request runs, when it fails, and when its process dies.

const withinTheLease = 7_000
const beyondTheLease = 9_000
const never = 3_600_000

let database: Database
let close: () => Promise<void>
let offsetMs = 0
const now = () => new Date(Date.now() + offsetMs)

before(async () => {
  ;({ database, close } = await openKitDatabase('idempotency'))
})
after(() => close?.())

const requestOf = (key: string, content: unknown = 'the same') =>
  keyed({ kind: 'guest', id: 'guest_1' }, 'buy', key, content)

/** A request that has taken its key and runs until it is let. `renewMs: never` is one whose process has died. */
async function begin(request: Keyed, renewMs: number) {
  const { promise: work, resolve: answer, reject: fail } = Promise.withResolvers<string>()
  const { promise: begun, resolve: begins } = Promise.withResolvers<void>()
  const run = () => {
    begins()
    return work
  }
  const ended = onceUnderKey(request, { database, now, renewMs }, run)
  await Promise.race([begun, ended])
  return { ended, answer, fail }
}

const press = (request: Keyed, answer = 'mine') =>
  onceUnderKey(request, { database, now }, async () => answer)
const running = (error: unknown) => is(error, requestInProgress)

async function heldSince({ key }: Keyed): Promise<number> {
  const row = await database.row<{ at: string }>`select at from rialto.idempotency where key = ${key}`
  return Date.parse(row?.at ?? '')
}

test('an answer is kept under its key, and other content under it is refused', async () => {
  const request = requestOf('answered')
  assert.equal(await press(request, 'first'), 'first')
  assert.equal(await press(request, 'second'), 'first')
  await assert.rejects(press(requestOf('answered', 'other')), (error) => is(error, keyReused))
})

test('a request that fails leaves its key free', async () => {
  const request = requestOf('failed')
  const first = await begin(request, never)
  first.fail(new Error('out of paper'))
  await assert.rejects(first.ended, /out of paper/)
  assert.equal(await press(request, 'second'), 'second')
})

test('of many under one key at once, one runs', async () => {
  const request = requestOf('many')
  let runs = 0
  const presses = Array.from({ length: 12 }, () =>
    onceUnderKey(request, { database, now }, async () => ++runs),
  )
  const results = await Promise.allSettled(presses)
  for (const result of results) {
    if (result.status === 'fulfilled') assert.equal(result.value, 1)
    else assert.ok(running(result.reason))
  }
  assert.equal(runs, 1)
})

test('after a crash the next request waits for seconds and then takes its place, one of many', async () => {
  const request = requestOf('crashed')
  await begin(request, never)
  offsetMs += withinTheLease
  await assert.rejects(press(request), running)
  offsetMs += beyondTheLease - withinTheLease
  const { promise: work, resolve: finish } = Promise.withResolvers<string>()
  let runs = 0
  const presses = Array.from({ length: 8 }, () =>
    onceUnderKey(request, { database, now }, () => {
      runs++
      return work
    }),
  )
  const refused = presses.map((pressed) => pressed.then(() => 0).catch((error) => Number(running(error))))
  await until('one of them runs', () => runs > 0)
  finish('at last')
  const sum = (await Promise.all(refused)).reduce((all, one) => all + one, 0)
  assert.equal(runs, 1)
  assert.ok(sum < presses.length)
  assert.equal(await press(request), 'at last')
})

test('a request keeps its key for as long as it runs', async () => {
  const request = requestOf('long')
  const first = await begin(request, 10)
  for (let renewals = 0; renewals < 5; renewals++) {
    offsetMs += withinTheLease
    const sinceMs = now().getTime()
    await until('the lease is renewed', async () => (await heldSince(request)) >= sinceMs)
    await assert.rejects(press(request), running)
  }
  first.answer('done at last')
  assert.equal(await first.ended, 'done at last')
  assert.equal(await press(request), 'done at last')
})

test('one that was taken for dead neither frees the key of its successor nor answers for it', async () => {
  for (const ends of ['answer', 'fail'] as const) {
    const request = requestOf(`taken for dead, then ${ends}`)
    const first = await begin(request, never)
    offsetMs += beyondTheLease
    const second = await begin(request, never)
    if (ends === 'answer') first.answer('too late')
    else first.fail(new Error('too late'))
    await first.ended.catch(() => {})
    await assert.rejects(press(request), running)
    second.answer('in time')
    await second.ended
    assert.equal(await press(request), 'in time')
  }
})

test('a request that hangs loses its key in the end', async () => {
  const request = requestOf('hanging')
  const first = await begin(request, 10)
  offsetMs += never
  assert.equal(await press(request), 'mine')
  first.answer('nobody asks any more')
  await first.ended
})
