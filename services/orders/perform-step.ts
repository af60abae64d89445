import { inventory } from '@rialto/inventory/contract'
import { Problem, requestInProgress, unavailable } from '@rialto/kit/problem'
import type { Context } from '@rialto/kit/service'
import { payments } from '@rialto/payments/contract'
import { pricing } from '@rialto/pricing/contract'
import {
  holdLapses,
  holdMs,
  isForgotten,
  type OpenStep,
  type Outcome,
  outcomeOf,
  outcomeOfGivingBack,
} from './checkout-steps.ts'
import type { Checkout } from './checkout-store.ts'
import { failureOf } from './failure.ts'

type Peers = Pick<Context, 'call' | 'log' | 'now'>

/**
 * Does what a step asks of the peers. Every request carries the checkout's id, by which a peer knows a repeat,
 * so any of them may be made again after a crash.
 */
export function performStep(checkout: Checkout, peers: Peers): Promise<Outcome> {
  return steps[checkout.step as OpenStep](checkout, peers)
}

const steps: { readonly [Name in OpenStep]: (checkout: Checkout, peers: Peers) => Promise<Outcome> } = {
  reserve: async (checkout, peers) =>
    isForgotten(checkout, peers.now()) ? { kind: 'lapsed' } : reserve(checkout, peers),
  redeem: async ({ id: checkoutId, ownerId: shopperId, draft }, { call, log }) => {
    if (draft.coupons.length === 0) return { kind: 'done' }
    return asked(pricing.redeemCoupons.service, log, async () => {
      await call(pricing.redeemCoupons, { checkoutId, shopperId, codes: draft.coupons })
      return { kind: 'done' }
    })
  },
  authorize,
  // The first request may never have reached the gateway, so it is made again; repeats are one.
  ask: authorize,
  act: async ({ id: checkoutId }, { call, log }) =>
    asked(payments.askPayment.service, log, async () =>
      outcomeOf(await call(payments.askPayment, { checkoutId })),
    ),
  renew: reserve,
  // What is left to do for a confirmation is a transaction of its own; here it is only seen whether it may be.
  confirm: async (checkout, { now }) => (holdLapses(checkout, now()) ? { kind: 'lapsed' } : { kind: 'done' }),
  undo,
}

function reserve({ id: checkoutId, draft }: Checkout, { call, log, now }: Peers): Promise<Outcome> {
  const reservedUntil = new Date(now().getTime() + holdMs).toISOString()
  const lines = draft.lines.map(({ variantId, quantity }) => ({ variantId, quantity }))
  return asked(inventory.reserve.service, log, async () => {
    await call(inventory.reserve, { checkoutId, lines, expiresAt: reservedUntil })
    return { kind: 'done', reservedUntil }
  })
}

async function authorize(
  { id: checkoutId, draft, payment }: Checkout,
  { call, log }: Peers,
): Promise<Outcome> {
  if (draft.total === 0) return { kind: 'done' }
  if (!payment) throw new Error(`Checkout ${checkoutId} is open but has forgotten how it is paid`)
  const { gateway, token, returnUrl } = payment
  const amount = { amount: draft.total, currency: draft.currency }
  return asked(payments.authorize.service, log, async () =>
    outcomeOf(await call(payments.authorize, { checkoutId, gateway, token, amount, returnUrl })),
  )
}

/**
 * Gives everything back, whether or not it is known to have been taken: a request that was on its way when the
 * checkout died is so kept from taking anything later. It is done when the gateway has let go of the money.
 */
async function undo({ id: checkoutId, draft }: Checkout, { call, log }: Peers): Promise<Outcome> {
  const attempts = await Promise.all([
    givenBack(inventory.release.service, log, () => call(inventory.release, { checkoutId })),
    draft.coupons.length > 0 &&
      givenBack(pricing.releaseCoupons.service, log, () => call(pricing.releaseCoupons, { checkoutId })),
    givenBack(payments.abandonPayment.service, log, async () =>
      outcomeOfGivingBack(await call(payments.abandonPayment, { checkoutId }), draft.currency),
    ),
  ])
  const open = attempts.find((attempt) => attempt && attempt.kind !== 'done')
  return open || attempts[2]
}

/** Nothing that is given back can be refused: whatever the answer is, it is tried until it is done. */
async function givenBack(service: string, log: Peers['log'], work: () => Promise<unknown>): Promise<Outcome> {
  try {
    return ((await work()) as Outcome | null) ?? { kind: 'done' }
  } catch (error) {
    log.warn({ service, error: String(error) }, 'a failed checkout cannot be undone yet')
    return { kind: 'away', failure: failureOf(unavailable('It will be undone later.', { service })) }
  }
}

// A peer's answer about the request itself. Others, such as too-many-requests, tell nothing about the checkout.
const refusals = new Set([400, 402, 404, 409, 410, 422])

/** Tells a refusal from a peer that is away or in trouble: of that one it is not known what it has done. */
async function asked(service: string, log: Peers['log'], work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Problem && refusals.has(error.status) && error.code !== requestInProgress.code) {
      return { kind: 'refused', failure: failureOf(error) }
    }
    log.warn({ service, error: String(error) }, 'a checkout waits for a peer')
    const words = 'A part of the shop does not answer just now. The cart is kept; try again in a moment.'
    return { kind: 'away', failure: failureOf(unavailable(words, { service })) }
  }
}
