import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SagaDetails } from '@rialto/orders/contract'
import { ageMs, durationMs, inBrief, inFull } from './saga-text.ts'

const now = new Date('2026-05-01T03:00:00.000Z')

const silent: SagaDetails = {
  id: 'chk_01h455vb4pex5vsknk084sn02q',
  kind: 'checkout',
  state: 'stuck',
  checkoutId: 'chk_01h455vb4pex5vsknk084sn02q',
  amount: { amount: 2490, currency: 'EUR' },
  step: 'ask',
  since: '2026-05-01T01:48:10.000Z',
  attempts: 14,
  waitsFor: 'gateway',
  why: 'The payment gateway does not tell. It is asked until it does.',
  waitsUntil: '2026-05-01T03:00:24.000Z',
  allows: ['retry', 'skip', 'compensate'],
  startedAt: '2026-05-01T01:48:09.000Z',
  steps: [
    {
      name: 'reserve',
      state: 'done',
      attempts: 1,
      startedAt: '2026-05-01T01:48:09.000Z',
      endedAt: '2026-05-01T01:48:09.100Z',
    },
    {
      name: 'authorize',
      state: 'open',
      attempts: 19,
      startedAt: '2026-05-01T01:48:09.100Z',
      waitsFor: 'gateway',
    },
  ],
  actions: [
    {
      action: 'skip',
      by: 'staff_01h455vb4pex5vsknk084sn02q',
      at: '2026-05-01T02:10:00.000Z',
      outcome: 'approved',
      note: 'transaction 4711',
      stepBefore: 'ask',
      stepAfter: 'ask',
    },
  ],
}

test('a list tells in two lines which it is, where it stands and why', () => {
  assert.equal(
    inBrief(silent, now),
    `chk_01h455vb4pex5vsknk084sn02q  checkout of €24.90, stuck at ask for 1 h, 14 attempts
    The payment gateway does not tell. It is asked until it does.
`,
  )
})

test('all that is known stands in columns: what it waits for, each step, and who did what', () => {
  assert.equal(
    inFull(silent, now),
    `chk_01h455vb4pex5vsknk084sn02q  checkout of €24.90

state       stuck at ask for 1 h, 14 attempts
waits for   gateway
why         The payment gateway does not tell. It is asked until it does.
tried next  2026-05-01T03:00:24.000Z, in 24 s
begun       2026-05-01T01:48:09.000Z
order       none
you can     retry, skip, compensate

step       state  attempts  begun                     ended                     what came of it
reserve    done   1         2026-05-01T01:48:09.000Z  2026-05-01T01:48:09.100Z
authorize  open   19        2026-05-01T01:48:09.100Z  –                         waits for gateway

when                      who                               did              step       note
2026-05-01T02:10:00.000Z  staff_01h455vb4pex5vsknk084sn02q  skip (approved)  ask → ask  transaction 4711
`,
  )
})

test('what is over has nothing to wait for and nothing to be done', () => {
  const { waitsFor: _for, waitsUntil: _until, why: _why, since: _since, ...known } = silent
  const over: SagaDetails = {
    ...known,
    id: 'ref_01h455vb4pex5vsknk084sn02q',
    kind: 'refund',
    state: 'done',
    step: 'done',
    orderId: 'ord_01h455vb4pex5vsknk084sn02q',
    allows: [],
    steps: [],
    actions: [],
  }
  assert.equal(
    inFull(over, now),
    `ref_01h455vb4pex5vsknk084sn02q  refund of €24.90

state     done, 14 attempts
begun     2026-05-01T01:48:09.000Z
checkout  chk_01h455vb4pex5vsknk084sn02q
order     ord_01h455vb4pex5vsknk084sn02q
you can   nothing; it is over

No step has been tried yet.
`,
  )
  assert.equal(ageMs(over, now), 71 * 60_000 + 51_000)
})

test('a span of time is a number with its unit', () => {
  assert.deepEqual(['90s', '30m', '2h', '1d'].map(durationMs), [90_000, 1_800_000, 7_200_000, 86_400_000])
  assert.deepEqual(['', '30', 'm', '-1h', '1.5h', '1w', '30 m'].map(durationMs), Array(7).fill(undefined))
})
