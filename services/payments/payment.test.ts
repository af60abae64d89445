import assert from 'node:assert/strict'
import { test } from 'node:test'
import { paymentStatuses } from './contract.ts'
import { example } from './example-payment.ts'
import type { Standing } from './gateway.ts'
import { postings, refundPosting, type Side } from './ledger.ts'
import {
  apply,
  failRefund,
  finishRefund,
  nextStep,
  type PendingRefund,
  refusal,
  type Status,
  sendRefund,
  type Wanted,
} from './payment.ts'

const now = new Date('2026-01-01T00:01:00.000Z')
const refund = (amount: number, more: Partial<PendingRefund> = {}): PendingRefund => ({
  id: 'ref_1',
  amount,
  currency: 'EUR',
  status: 'waiting',
  giveBack: false,
  ...more,
})

const news: Record<Standing['kind'], Standing> = {
  none: { kind: 'none' },
  unknown: { kind: 'unknown' },
  'action-required': { kind: 'action-required', redirectUrl: '/confirm' },
  authorized: { kind: 'authorized' },
  declined: { kind: 'declined', reason: 'No.', field: 'cvc' },
  captured: { kind: 'captured' },
  voided: { kind: 'voided' },
}

const leads: [Status, Standing['kind'], Status][] = [
  ['authorizing', 'unknown', 'unknown'],
  ['authorizing', 'action-required', 'action-required'],
  ['authorizing', 'authorized', 'authorized'],
  ['authorizing', 'declined', 'declined'],
  ['authorizing', 'captured', 'captured'],
  ['authorizing', 'voided', 'voided'],
  ['unknown', 'action-required', 'action-required'],
  ['unknown', 'authorized', 'authorized'],
  ['unknown', 'declined', 'declined'],
  ['unknown', 'captured', 'captured'],
  ['unknown', 'voided', 'voided'],
  ['action-required', 'authorized', 'authorized'],
  ['action-required', 'declined', 'declined'],
  ['action-required', 'captured', 'captured'],
  ['action-required', 'voided', 'voided'],
  ['authorized', 'captured', 'captured'],
  ['authorized', 'voided', 'voided'],
  ['declined', 'authorized', 'authorized'],
  ['declined', 'captured', 'captured'],
]

test('news of the gateway leads where the table says, and late news changes nothing', () => {
  for (const status of paymentStatuses) {
    for (const standing of Object.values(news)) {
      const before = example({ status })
      const lead = leads.find(([from, kind]) => from === status && kind === standing.kind)
      const after = apply(before, standing)
      if (lead) assert.equal(after.status, lead[2])
      else assert.equal(after, before, `${status} hears ${standing.kind}`)
    }
  }
})

test('a decline keeps its reason and the field to correct; a challenge its address, as long as it stands', () => {
  const declined = apply(example(), news.declined)
  assert.deepEqual([declined.declineReason, declined.declineField], ['No.', 'cvc'])
  const challenged = apply(example(), news['action-required'])
  assert.equal(challenged.redirectUrl, '/confirm')
  assert.equal(apply(challenged, news.authorized).redirectUrl, null)
})

test('a gateway that holds after declining is told to let go', () => {
  const after = apply(example({ status: 'declined' }), news.authorized)
  assert.equal(nextStep(after, now)?.kind, 'void')
})

const steps: [Status, Wanted, string | undefined][] = [
  ['authorizing', 'hold', 'ask'],
  ['unknown', 'hold', 'ask'],
  ['action-required', 'capture', 'ask'],
  ['authorizing', 'release', 'void'],
  ['unknown', 'release', 'void'],
  ['action-required', 'release', 'void'],
  ['authorized', 'hold', undefined],
  ['authorized', 'capture', 'capture'],
  ['authorized', 'release', 'void'],
  ['declined', 'release', undefined],
  ['captured', 'capture', undefined],
  ['captured', 'release', 'give-back'],
  ['partially-refunded', 'release', 'give-back'],
  ['refunded', 'release', undefined],
  ['voided', 'release', undefined],
]

test('the next step brings a payment nearer to what the shop wants', () => {
  const captured: Partial<Record<Status, number>> = {
    captured: 100,
    'partially-refunded': 100,
    refunded: 100,
  }
  const refunded: Partial<Record<Status, number>> = { 'partially-refunded': 40, refunded: 100 }
  for (const [status, wanted, step] of steps) {
    const amounts = { captured: captured[status] ?? 0, refunded: refunded[status] ?? 0 }
    assert.equal(
      nextStep(example({ status, wanted, ...amounts }), now)?.kind,
      step,
      `${status}, wanted ${wanted}`,
    )
  }
})

test('a refund waits for the capture, and comes before giving back the rest', () => {
  const pending = [refund(40)]
  assert.equal(nextStep(example({ status: 'authorized', pending }), now), undefined)
  const captured = example({ status: 'captured', captured: 100, wanted: 'release', pending })
  assert.equal(nextStep(captured, now)?.kind, 'refund')
})

test('refunds never exceed together what was captured, also while they are under way', () => {
  const captured = example({ status: 'captured', captured: 100 })
  const sent = sendRefund({ ...captured, pending: [refund(60)] }, refund(60))
  assert.match(refusal(sent, refund(41)) ?? '', /More than what was charged/)
  assert.equal(refusal(sent, refund(40)), undefined)
  const refunded = finishRefund(sent, refund(60, { status: 'sent' }))
  assert.deepEqual([refunded.status, refunded.refunded, refunded.refunding], ['partially-refunded', 60, 0])
  assert.match(refusal(refunded, refund(41)) ?? '', /More than what was charged/)
  const whole = finishRefund(sendRefund(refunded, refund(40)), refund(40, { status: 'sent' }))
  assert.equal(whole.status, 'refunded')
  const failed = failRefund(sent, refund(60, { status: 'sent' }))
  assert.deepEqual([failed.refunding, refusal(failed, refund(100))], [0, undefined])
})

test('nothing, another currency, or more than nothing captured is not refunded', () => {
  const captured = example({ status: 'captured', captured: 100 })
  assert.ok(refusal(captured, refund(0)))
  assert.ok(refusal(captured, refund(1, { currency: 'USD' })))
  assert.ok(refusal(example({ status: 'voided' }), refund(1)))
})

test('every posting balances, and a life of them ends as it should', () => {
  const life: Status[] = ['authorizing', 'unknown', 'authorized', 'captured']
  const sides = life.slice(1).flatMap((status, index) => {
    return postings(example({ status: life[index] as Status }), example({ status }))
  })
  const all = [...sides, ...refundPosting('ref_1', 30)]
  for (const posting of new Set(all.map((side) => side.posting)))
    assert.equal(balance(all.filter((side) => side.posting === posting)), 0, posting)
  const of = (account: Side['account']) => balance(all.filter((side) => side.account === account))
  assert.deepEqual(
    [of('authorized'), of('customer'), of('gateway'), of('revenue'), of('refunds')],
    [0, 0, 70, -100, 30],
  )
})

test('a capture that is heard of before its hold books both', () => {
  const sides = postings(example({ status: 'unknown' }), example({ status: 'captured' }))
  assert.deepEqual([...new Set(sides.map(({ posting }) => posting))], ['authorize', 'capture'])
})

function balance(sides: readonly Side[]): number {
  return sides.reduce((sum, { debit, credit }) => sum + debit - credit, 0)
}
