import { type Cart, cart } from '@rialto/cart/contract'
import { inventory, outOfStock, reservationGone } from '@rialto/inventory/contract'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { type Peer, peer } from '@rialto/kit/testing'
import { nothingInDoubt, type Payment, payments } from '@rialto/payments/contract'
import { couponUnusable, pricing } from '@rialto/pricing/contract'
import { cartOf } from './testing-cart.ts'

export const staff: Actor = { kind: 'staff', id: newId('staff'), permissions: ['*'] }

/** What the token of a payment makes the stand-in gateway do. */
export type Card = 'good' | 'declined' | '3ds' | 'silent'

interface Hold {
  readonly variantId: string
  readonly quantity: number
  status: 'held' | 'released'
  expiresAt: number
}

/** Stand-ins for the peers of orders that keep to their contracts: repeats change nothing, what was given up stays so. */
export class Peers {
  /** Told of every request before it takes effect and after; may throw. */
  reach: (point: string) => void = () => {}
  now: () => number = Date.now
  readonly stock = new Map<string, number>()
  readonly holds = new Map<string, Hold>()
  readonly coupons = new Map<string, 'redeemed' | 'released'>()
  readonly usedUp = new Set<string>()
  readonly payments = new Map<string, Payment>()
  readonly abandoned = new Set<string>()
  readonly carts = new Map<string, Cart>()
  /** What happens while somebody's cart is being read. */
  meanwhile: () => Promise<void> = async () => {}
  /** What a silent gateway says once it speaks; until then it leaves payments open. */
  gatewayAnswer: Payment['status'] = 'unknown'
  asks = 0
  /** Whether the gateway tells nothing about charging and giving back. */
  mute = false
  /** Why the gateway gives nothing back, if so. */
  refusal: string | undefined
  readonly refunds = new Map<string, number>()
  readonly takenBack = new Set<string>()

  readonly list: readonly Peer[] = [
    peer(cart.getCart, async (_input, { actor }) => {
      await this.meanwhile()
      return this.carts.get('id' in actor ? actor.id : '')
    }),
    peer(
      inventory.reserve,
      this.#guard('reserve', (input) => this.#reserve(input)),
    ),
    peer(
      inventory.release,
      this.#guard('release', ({ checkoutId }) => this.#release(checkoutId)),
    ),
    peer(
      pricing.redeemCoupons,
      this.#guard('redeem', (input) => this.#redeem(input)),
    ),
    peer(
      pricing.releaseCoupons,
      this.#guard('release coupons', ({ checkoutId }) => void this.coupons.set(checkoutId, 'released')),
    ),
    peer(
      payments.authorize,
      this.#guard('authorize', (input) => this.#authorize(input)),
    ),
    peer(
      payments.askPayment,
      this.#guard('ask', ({ checkoutId }) => this.#ask(checkoutId)),
    ),
    peer(
      payments.abandonPayment,
      this.#guard('abandon', ({ checkoutId }) => this.#abandon(checkoutId)),
    ),
    peer(
      payments.capturePayment,
      this.#guard('capture', ({ checkoutId }) => this.#capture(checkoutId)),
    ),
    peer(
      payments.refundPayment,
      this.#guard('refund', (wanted) => this.#refund(wanted)),
    ),
    peer(
      payments.decidePayment,
      this.#guard('decide', (word) => this.#decidedBy(word)),
    ),
    peer(
      inventory.takeBack,
      this.#guard('take back', ({ checkoutId }) => this.#takeBack(checkoutId)),
    ),
  ]

  /** A shopper with a cart of one variant of which so many are left. */
  shopper({ quantity = 1, left = 10, coupon = '', change = (shown: Cart) => shown } = {}) {
    const id = newId('guest')
    const variantId = newId('var')
    this.stock.set(variantId, left)
    this.carts.set(id, change(cartOf(id, variantId, { quantity, left, coupon })))
    return { actor: { kind: 'guest', id } as const, id, variantId }
  }

  /** Sets what became of a payment, as a gateway would. */
  decide(checkoutId: string, status: Payment['status']): void {
    const payment = this.payments.get(checkoutId)
    if (payment) this.payments.set(checkoutId, { ...payment, status: this.#alive(checkoutId, status) })
  }

  /** Others buy what is left, and what is no longer held. */
  sellOut(variantId: string): void {
    for (const [checkoutId, hold] of this.holds) {
      const lapsed = hold.status === 'held' && hold.expiresAt <= this.now()
      if (hold.variantId === variantId && lapsed) this.holds.delete(checkoutId)
    }
    this.stock.set(variantId, 0)
  }

  holdsGoods(checkoutId: string): boolean {
    return this.holds.get(checkoutId)?.status === 'held'
  }

  holdsMoney(checkoutId: string): boolean {
    return ['authorized', 'captured'].includes(this.payments.get(checkoutId)?.status ?? 'none')
  }

  #guard<Input>(name: string, effect: (input: Input) => unknown) {
    return (input: Input) => {
      this.reach(`${name} is asked`)
      let answer: () => unknown
      try {
        const result = effect(input) ?? null
        answer = () => result
      } catch (error) {
        answer = () => {
          throw error
        }
      }
      this.reach(`${name} has answered`)
      return answer()
    }
  }

  #reserve({ checkoutId, lines, expiresAt }: { checkoutId: string; lines: unknown[]; expiresAt: string }) {
    const { variantId, quantity } = lines[0] as { variantId: string; quantity: number }
    const known = this.holds.get(checkoutId)
    if (known?.status === 'released') throw reservationGone('Given up before.')
    const lapsed = known && known.expiresAt <= this.now()
    if (lapsed) this.stock.set(variantId, (this.stock.get(variantId) ?? 0) + quantity)
    if (!known || lapsed) {
      const available = this.stock.get(variantId) ?? 0
      if (available < quantity) {
        this.holds.delete(checkoutId)
        throw outOfStock('Sold out.', { lines: [{ variantId, wanted: quantity, available }] })
      }
      this.stock.set(variantId, available - quantity)
    }
    this.holds.set(checkoutId, { variantId, quantity, status: 'held', expiresAt: Date.parse(expiresAt) })
  }

  #release(checkoutId: string) {
    const { variantId = '', quantity = 0, status } = this.holds.get(checkoutId) ?? {}
    if (status === 'held') this.stock.set(variantId, (this.stock.get(variantId) ?? 0) + quantity)
    this.holds.set(checkoutId, { variantId, quantity, status: 'released', expiresAt: 0 })
  }

  #redeem({ checkoutId, codes }: { checkoutId: string; codes: string[] }) {
    const [code = ''] = codes
    if (this.coupons.get(checkoutId) === 'redeemed') return
    if (this.usedUp.has(code)) throw couponUnusable(`${code} was used up.`, { coupon: code })
    if (this.coupons.has(checkoutId)) throw couponUnusable('Given back before.', { coupon: code })
    this.coupons.set(checkoutId, 'redeemed')
  }

  #authorize({
    checkoutId,
    token,
    amount,
  }: {
    checkoutId: string
    token: string
    amount: Payment['amount']
  }) {
    const known = this.payments.get(checkoutId)
    if (known) return this.#ask(checkoutId)
    const first = { good: 'authorized', declined: 'declined', '3ds': 'action-required', silent: 'unknown' }
    const status = first[token as Card] as Payment['status']
    const payment: Payment = {
      id: newId('pay'),
      checkoutId,
      gateway: 'sandbox',
      status: this.#alive(checkoutId, status),
      amount,
      captured: 0,
      refunded: 0,
      ...(status === 'declined' && { declineReason: 'Too little money.', declineField: 'number' as const }),
      ...(status === 'action-required' && { redirectUrl: '/confirm' }),
      createdAt: new Date().toISOString(),
      version: 1,
    }
    this.payments.set(checkoutId, payment)
    return payment
  }

  /** An authorization that is repeated asks as well. */
  #ask(checkoutId: string) {
    this.asks++
    if (this.payments.get(checkoutId)?.status === 'unknown') this.decide(checkoutId, this.gatewayAnswer)
    return this.payments.get(checkoutId)
  }

  #abandon(checkoutId: string) {
    this.abandoned.add(checkoutId)
    const { status = 'voided', captured = 0 } = this.payments.get(checkoutId) ?? {}
    if (this.refusal !== undefined) return { settled: false, givenBack: 0, refusal: this.refusal }
    if (this.mute) return { settled: false, givenBack: 0 }
    this.decide(checkoutId, status)
    return { settled: true, givenBack: captured }
  }

  #capture(checkoutId: string) {
    const payment = this.payments.get(checkoutId)
    if (payment?.status === 'authorized' && !this.mute)
      this.payments.set(checkoutId, { ...payment, status: 'captured', captured: payment.amount.amount })
    return this.payments.get(checkoutId)
  }

  #refund({ refundId, amount }: { refundId: string; amount: Payment['amount'] }) {
    if (this.refusal !== undefined) return { status: 'failed', refundedTotal: 0, reason: this.refusal }
    if (this.mute) return { status: 'open', refundedTotal: 0 }
    this.refunds.set(refundId, amount.amount)
    return { status: 'done', refundedTotal: amount.amount }
  }

  #decidedBy({ checkoutId, outcome }: { checkoutId: string; outcome: 'approved' | 'declined' }) {
    const payment = this.payments.get(checkoutId)
    if (payment?.status !== 'unknown') throw nothingInDoubt('The gateway has spoken.')
    this.decide(checkoutId, outcome === 'approved' ? 'authorized' : 'declined')
    return this.payments.get(checkoutId)
  }

  #takeBack(checkoutId: string) {
    this.takenBack.add(checkoutId)
    this.#release(checkoutId)
  }

  /** Money that comes for what was abandoned is let go at once. */
  #alive(checkoutId: string, status: Payment['status']): Payment['status'] {
    return this.abandoned.has(checkoutId) && status !== 'declined' ? 'voided' : status
  }
}
