import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Payment } from '@rialto/payments/contract'
import fc from 'fast-check'
import {
  advance,
  holdLapses,
  holdMs,
  isFinal,
  keptSteps,
  type OpenStep,
  type Outcome,
  outcomeOf,
  type Progress,
  type Step,
  transitions,
  waits,
} from './checkout-steps.ts'
import type { Failure } from './failure.ts'

const began = Date.parse('2026-01-01T12:00:00.000Z')
const after = (ms: number) => new Date(began + ms)
const failure: Failure = { code: 'out-of-stock', status: 409, title: 'Gone', detail: 'Gone.', details: {} }
const outcomes: { readonly [Kind in Outcome['kind']]: Outcome } = {
  done: { kind: 'done' },
  refused: { kind: 'refused', failure },
  away: { kind: 'away', failure },
  unknown: { kind: 'unknown' },
  'action-required': { kind: 'action-required', redirectUrl: '/confirm' },
  lapsed: { kind: 'lapsed' },
}
const at = (step: Step, more: Partial<Progress> = {}): Progress => ({
  step,
  redirectUrl: null,
  failure: null,
  reservedUntil: null,
  captured: 0,
  resumes: 1,
  createdAt: new Date(began).toISOString(),
  steps: [],
  waitsFor: null,
  since: new Date(began).toISOString(),
  ...more,
})
const steps = Object.keys(transitions) as OpenStep[]

for (const step of steps) {
  for (const [kind, to] of Object.entries(transitions[step])) {
    test(`a checkout at ${step} that meets ${kind} goes to ${to}`, () => {
      const from = at(step, { failure: step === 'undo' ? failure : null })
      const next = advance(from, outcomes[kind as Outcome['kind']], after(1_000))
      assert.equal(next.step, to)
      assert.equal(next.failure !== null, to === 'undo' || to === 'failed', 'it fails for a reason')
    })
  }
}

test('a decided checkout goes no further', () => {
  for (const step of ['confirmed', 'failed'] as const) {
    assert.throws(() => advance(at(step), outcomes.done, after(0)), /goes no further/)
  }
})

test('every step that waits ends in undo when its patience is over', () => {
  const patience = { reserve: 15, redeem: 15, authorize: 15, act: 15, ask: 24 * 60, renew: 24 * 60 }
  for (const [step, minutes] of Object.entries(patience)) {
    const kind = step === 'act' ? 'action-required' : 'away'
    const before = advance(at(step as Step), outcomes[kind], after(minutes * 60_000 - 1))
    const late = advance(at(step as Step), outcomes[kind], after(minutes * 60_000))
    assert.equal(before.step, step)
    assert.equal(late.step, 'undo')
    assert.ok(late.failure)
  }
  assert.equal(advance(at('undo'), outcomes.away, after(1e12)).step, 'undo')
})

test('at the first attempt a peer that is away ends the checkout at once, before anybody was charged', () => {
  for (const step of ['reserve', 'redeem'] as const) {
    assert.equal(advance(at(step, { resumes: 0 }), outcomes.away, after(0)).step, 'undo')
  }
  assert.equal(advance(at('authorize', { resumes: 0 }), outcomes.away, after(0)).step, 'authorize')
})

test('goods are held anew when little of the hold is left', () => {
  const until = (ms: number) => at('confirm', { reservedUntil: after(ms).toISOString() })
  assert.equal(holdLapses(until(holdMs), after(0)), false)
  assert.equal(holdLapses(until(holdMs), after(6 * 60_000)), true)
  assert.equal(holdLapses(at('confirm'), after(0)), true)
})

test('an unanswered payment is never taken for a declined one', () => {
  const payment = (status: Payment['status']) => outcomeOf({ status, captured: 0 } as Payment).kind
  assert.equal(payment('unknown'), 'unknown')
  assert.equal(payment('authorizing'), 'unknown')
  assert.equal(payment('declined'), 'refused')
  assert.equal(payment('authorized'), 'done')
  assert.equal(payment('captured'), 'done')
})

/** What a step can meet: the outcomes in its row of the table. */
const met = (step: OpenStep, choice: number): Outcome => {
  const kinds = Object.keys(transitions[step]) as Outcome['kind'][]
  return outcomes[kinds[choice % kinds.length] as Outcome['kind']]
}

test('whatever happens, an order follows only on a payment, and a failure only on undoing', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { maxLength: 60 }), fc.nat(3_600_000), (choices, paceMs) => {
      let checkout = at('reserve', { resumes: 0 })
      let paid = false
      choices.forEach((choice, turn) => {
        const { step } = checkout
        if (isFinal(step)) return
        const outcome = met(step, choice)
        checkout = advance(checkout, outcome, after(turn * paceMs))
        if (outcome.kind === 'done' && ['authorize', 'ask', 'act'].includes(step)) paid = true
        if (checkout.step === 'confirmed') assert.ok(paid && step === 'confirm' && !checkout.failure)
        if (checkout.step === 'failed') assert.ok(step === 'undo' && checkout.failure)
        if (step === 'undo') assert.ok(checkout.step === 'undo' || checkout.step === 'failed')
      })
    }),
  )
})

test('whatever happens, a day later every checkout is decided once its peers answer', () => {
  fc.assert(
    fc.property(fc.constantFrom(...steps), fc.array(fc.nat(1_000), { maxLength: 20 }), (from, choices) => {
      let checkout = at(from, { failure: from === 'undo' ? failure : null })
      for (const choice of choices) {
        if (isFinal(checkout.step)) return
        const outcome = met(checkout.step, choice)
        if (outcome.kind !== 'lapsed') checkout = advance(checkout, outcome, after(25 * 3_600_000))
      }
      for (let turn = 0; turn < 10 && !isFinal(checkout.step); turn++) {
        checkout = advance(checkout, outcomes.done, after(25 * 3_600_000))
      }
      assert.ok(isFinal(checkout.step))
    }),
  )
})

test('a step that waits for more than a moment is written down, or comes again from one that is', () => {
  for (const step of steps) {
    const waiting = Object.values(transitions[step]).some((to) => waits(step, to) && to !== step)
    for (const to of Object.values(transitions[step])) {
      if (waiting && waits(step, to) && to !== step) assert.ok(keptSteps.has(to))
    }
  }
})
