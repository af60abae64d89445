import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { signatureFault, signedHeaders } from '../webhook-signature.ts'
import { checkCard, isCardNumber, testCards } from './card.ts'
import { type Hold, standingOf } from './hold.ts'

const now = new Date('2026-05-31T12:00:00.000Z')
const card = (more: object = {}) => ({ number: '4242424242424242', expiry: '06/26', cvc: '123', ...more })
const fields = (typed: Parameters<typeof checkCard>[0]) => {
  const checked = checkCard(typed, now)
  return checked.kind === 'bad' ? checked.errors.map(({ field }) => field) : []
}

test('every test card is a card number, and leaves only its last four digits', () => {
  for (const { number, does } of testCards) {
    const checked = checkCard(card({ number }), now)
    assert.deepEqual(checked, { kind: 'good', outcome: does, last4: number.slice(-4) })
  }
})

test('a card number with any one digit mistyped is noticed', () => {
  const number = '4242424242424242'
  fc.assert(
    fc.property(fc.nat(15), fc.integer({ min: 1, max: 9 }), (at, shift) => {
      const wrong = String((Number(number[at]) + shift) % 10)
      assert.equal(isCardNumber(number.slice(0, at) + wrong + number.slice(at + 1)), false)
    }),
  )
})

test('a card is good until the end of its month', () => {
  assert.deepEqual(fields(card({ expiry: '05/26' })), [])
  assert.deepEqual(fields(card({ expiry: '04/26' })), ['expiry'])
  assert.deepEqual(fields(card({ expiry: '5 / 2026' })), [])
  for (const expiry of ['13/30', '00/30', 'soon', '2030', '1/1/30']) {
    assert.deepEqual(fields(card({ expiry })), ['expiry'], expiry)
  }
})

test('every wrong field is named; a real card is not taken', () => {
  assert.deepEqual(fields({ number: '1234', expiry: 'x', cvc: '12' }), ['number', 'expiry', 'cvc'])
  assert.deepEqual(fields(card({ cvc: '1234' })), [])
  const real = checkCard(card({ number: '5555 5555 5555 4444' }), now)
  assert.match(real.kind === 'bad' ? (real.errors[0]?.message ?? '') : '', /test cards/)
})

const hold = (more: Partial<Hold>): Hold => ({
  reference: 'chk_1',
  outcome: 'approved',
  state: 'held',
  heldFrom: now.toISOString(),
  challengeId: null,
  challengeUntil: null,
  ...more,
})

test('a late approval is undecided until its time, a challenge open until its end', () => {
  const before = new Date(now.getTime() - 1)
  assert.equal(standingOf(hold({ outcome: 'late' }), before).kind, 'unknown')
  assert.equal(standingOf(hold({ outcome: 'late' }), now).kind, 'authorized')
  const challenged = hold({ state: 'challenge', challengeId: 'dare_1', challengeUntil: now.toISOString() })
  assert.deepEqual(standingOf(challenged, before), {
    kind: 'action-required',
    redirectUrl: '/sandbox-gateway/challenge/dare_1',
  })
  assert.equal(standingOf(challenged, now).kind, 'declined')
  assert.equal(standingOf(undefined, now).kind, 'none')
})

const secret = 'a secret of more than thirty-two characters'
const body = Buffer.from('{"id":"evt_1"}')
const signed = (at = now) =>
  signedHeaders({ id: 'evt_1', timestamp: String(at.getTime() / 1_000), body }, secret)

test('a notification is genuine with its own signature only', () => {
  assert.equal(signatureFault(signed(), body, secret, now), undefined)
  const several = { ...signed(), 'webhook-signature': `v1,AAAA ${signed()['webhook-signature']}` }
  assert.equal(signatureFault(several, body, secret, now), undefined)
  assert.ok(signatureFault(signed(), Buffer.from('{"id":"evt_2"}'), secret, now))
  assert.ok(signatureFault(signed(), body, `${secret}!`, now))
  assert.ok(signatureFault({ ...signed(), 'webhook-id': 'evt_2' }, body, secret, now))
  assert.ok(signatureFault({ ...signed(), 'webhook-timestamp': '1' }, body, secret, now))
  assert.ok(signatureFault({ ...signed(), 'webhook-signature': 'v1,' }, body, secret, now))
  assert.ok(signatureFault({}, body, secret, now))
})

test('a genuine notification is refused when it is more than five minutes off', () => {
  const minutes = (count: number) => new Date(now.getTime() + count * 60_000)
  assert.equal(signatureFault(signed(minutes(-4)), body, secret, now), undefined)
  assert.match(signatureFault(signed(minutes(-6)), body, secret, now) ?? '', /old/)
  assert.ok(signatureFault(signed(minutes(6)), body, secret, now))
})
