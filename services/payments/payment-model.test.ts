import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { example } from './example-payment.ts'
import type { RefundAnswer, Standing } from './gateway.ts'
import { postings, refundPosting, type Side } from './ledger.ts'
import {
  apply,
  failRefund,
  finishRefund,
  nextStep,
  type PendingRefund,
  refundable,
  refusal,
  type StoredPayment,
  sendRefund,
} from './payment.ts'

// A payment and a gateway in memory. Answers may be lost, kept back, or arrive after newer ones.

const now = new Date('2026-01-01T00:01:00.000Z')

class Gateway {
  state: 'none' | 'held' | 'declined' | 'challenge' | 'captured' | 'voided' = 'none'
  readonly holds: string[] = []
  readonly charges: string[] = []
  readonly refunds = new Map<string, number>()
  readonly plan: 'held' | 'declined' | 'challenge'

  constructor(plan: Gateway['plan']) {
    this.plan = plan
  }

  authorize(): Standing {
    if (this.state === 'none') {
      this.state = this.plan
      if (this.plan === 'held') this.holds.push('held')
    }
    return this.standing()
  }

  confirm(): void {
    if (this.state !== 'challenge') return
    this.state = 'held'
    this.holds.push('held')
  }

  capture(): Standing {
    if (this.state === 'held') {
      this.state = 'captured'
      this.charges.push('charged')
    }
    return this.standing()
  }

  void(): Standing {
    if (this.state === 'none' || this.state === 'held' || this.state === 'challenge') this.state = 'voided'
    return this.standing()
  }

  refund(id: string, amount: number): RefundAnswer {
    if (this.refunds.has(id)) return { kind: 'refunded' }
    if (this.state !== 'captured' || this.given() + amount > 100) return { kind: 'refused', reason: 'No.' }
    this.refunds.set(id, amount)
    return { kind: 'refunded' }
  }

  given(): number {
    return [...this.refunds.values()].reduce((sum, amount) => sum + amount, 0)
  }

  standing(): Standing {
    if (this.state === 'held') return { kind: 'authorized' }
    if (this.state === 'challenge') return { kind: 'action-required', redirectUrl: '/confirm' }
    if (this.state === 'declined') return { kind: 'declined', reason: 'No.' }
    return { kind: this.state }
  }
}

/** What the service keeps, with its rules for writing it: the stores in small. */
class Shop {
  payment: StoredPayment = example()
  readonly ledger = new Map<string, Side>()
  readonly gateway: Gateway
  readonly kept: Standing[] = []
  refunds = 0

  constructor(gateway: Gateway) {
    this.gateway = gateway
  }

  hear(standing: Standing): void {
    const after = apply(this.payment, standing)
    this.book(postings(this.payment, after))
    this.payment = after
  }

  want(wanted: StoredPayment['wanted']): void {
    if (this.payment.wanted !== 'release') this.payment = { ...this.payment, wanted }
  }

  ask(amount: number): void {
    const id = `ref_${++this.refunds}`
    const refund: PendingRefund = { id, amount, currency: 'EUR', status: 'waiting', giveBack: false }
    this.payment = { ...this.payment, pending: [...this.payment.pending, refund] }
  }

  /** False when there is nothing to do. `deaf`: the gateway acts, but its answer is lost. */
  step(deaf: boolean): boolean {
    const step = nextStep(this.payment, now)
    if (!step) return false
    if (step.kind === 'refund') return this.refund(step.refund, deaf)
    if (step.kind === 'give-back') return this.giveBack()
    const act = {
      ask: () => this.gateway.authorize(),
      capture: () => this.gateway.capture(),
      void: () => this.gateway.void(),
    }
    const standing = act[step.kind]()
    if (deaf) this.kept.push(standing)
    else this.hear(standing)
    return true
  }

  private refund(refund: PendingRefund, deaf: boolean): boolean {
    if (refund.status === 'waiting') {
      if (refusal(this.payment, refund)) this.payment = failRefund(this.payment, refund)
      else {
        const sent = { ...refund, status: 'sent' as const }
        const pending = this.payment.pending.map((one) => (one === refund ? sent : one))
        this.payment = { ...sendRefund(this.payment, refund), pending }
      }
      return true
    }
    const answer = this.gateway.refund(refund.id, refund.amount)
    if (deaf) return true
    if (answer.kind === 'refunded') {
      this.payment = finishRefund(this.payment, refund)
      this.book(refundPosting(refund.id, refund.amount))
    } else this.payment = failRefund(this.payment, refund)
    return true
  }

  private giveBack(): boolean {
    const id = `ref_${++this.refunds}`
    const amount = refundable(this.payment)
    const added: PendingRefund = { id, amount, currency: 'EUR', status: 'sent', giveBack: true }
    this.payment = { ...sendRefund(this.payment, added), pending: [added] }
    return true
  }

  private book(sides: readonly Side[]): void {
    for (const side of sides) {
      const key = `${side.posting} ${side.account}`
      assert.ok(!this.ledger.has(key), `${key} is booked twice`)
      this.ledger.set(key, side)
    }
  }
}

type Event = (shop: Shop) => void
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.constant<Event>((shop) => shop.hear(shop.gateway.authorize())),
  fc.constant<Event>((shop) => void shop.kept.push(shop.gateway.authorize())),
  fc.constant<Event>((shop) => shop.hear({ kind: 'unknown' })),
  fc.constant<Event>((shop) => shop.gateway.confirm()),
  fc.constant<Event>((shop) => shop.want('capture')),
  fc.constant<Event>((shop) => shop.want('release')),
  fc.integer({ min: 1, max: 120 }).map<Event>((amount) => (shop) => shop.ask(amount)),
  fc.boolean().map<Event>((deaf) => (shop) => void shop.step(deaf)),
  // A webhook, or an answer that took long: news of any earlier moment, perhaps for the second time.
  fc.nat(20).map<Event>((index) => (shop) => {
    const old = shop.kept[index % Math.max(1, shop.kept.length)]
    if (old) shop.hear(old)
  }),
  fc.constant<Event>((shop) => void shop.kept.push(shop.gateway.standing())),
)

test('whatever happens in whatever order, the books balance and nothing is charged twice', () => {
  const plan = fc.constantFrom<Gateway['plan'][]>('held', 'held', 'challenge', 'declined')
  fc.assert(
    fc.property(plan, fc.array(event, { maxLength: 40 }), (plan, events) => {
      const shop = new Shop(new Gateway(plan))
      for (const happen of events) {
        happen(shop)
        const { captured, refunded, refunding } = shop.payment
        assert.ok(refunding >= 0 && refunded + refunding <= captured && captured <= 100)
      }
      finish(shop)
      check(shop)
    }),
    { numRuns: 2_000 },
  )
})

/** What the jobs do in the end, when everybody answers. */
function finish(shop: Shop): void {
  for (let round = 0; round < 200; round++) {
    shop.gateway.confirm()
    if (!shop.step(false)) return
  }
  assert.fail('the payment never comes to rest')
}

function check({ payment, gateway, ledger }: Shop): void {
  const of = (account: Side['account']) =>
    [...ledger.values()]
      .filter((side) => side.account === account)
      .reduce((sum, { debit, credit }) => sum + debit - credit, 0)
  assert.ok(gateway.holds.length <= 1 && gateway.charges.length <= 1)
  assert.equal(of('authorized'), gateway.state === 'held' ? 100 : 0)
  assert.equal(of('customer') + of('authorized'), 0)
  assert.equal(of('revenue') + 100 * gateway.charges.length, 0)
  assert.equal(of('refunds'), gateway.given())
  assert.equal(of('gateway'), payment.captured - payment.refunded)
  assert.equal(payment.refunded, gateway.given())
  assert.equal(payment.captured, 100 * gateway.charges.length)
  if (payment.wanted === 'release') {
    assert.notEqual(gateway.state, 'held')
    assert.equal(payment.refunded, payment.captured)
  }
  if (payment.wanted === 'capture' && gateway.plan !== 'declined') assert.equal(payment.captured, 100)
}
