import type { Money } from '@rialto/kit/schema'
import type { Logger } from '@rialto/kit/telemetry'
import type { Payment } from './contract.ts'

/** How a payment stands at its gateway. */
export type Standing =
  /** The gateway has never heard of it. */
  | { readonly kind: 'none' }
  /** No answer, or one that decides nothing yet. It may have been done all the same. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'action-required'; readonly redirectUrl: string }
  | { readonly kind: 'authorized' }
  | { readonly kind: 'declined'; readonly reason: string; readonly field?: Payment['declineField'] }
  | { readonly kind: 'captured' }
  | { readonly kind: 'voided' }

export type RefundAnswer =
  | { readonly kind: 'refunded' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown' }

export interface Authorization {
  readonly reference: string
  readonly amount: Money
  /** What the gateway's own card fields gave the shopper; it stands for the card, once. */
  readonly token: string
  /** Where the shopper comes back to after confirming. */
  readonly returnUrl: string
}

export interface GatewayRefund {
  readonly reference: string
  readonly refundId: string
  readonly amount: Money
}

/** The time, and when to stop waiting. */
export interface Terms {
  readonly now: Date
  readonly signal: AbortSignal
}

/**
 * A company that moves money. Everything is idempotent by the reference (refunds by their id): repeating a
 * request changes nothing and answers how things stand. It may throw, which counts as no answer.
 */
export interface Gateway {
  /** As shoppers see it. */
  readonly title: string
  readonly testCards: readonly { readonly number: string; readonly outcome: string }[]
  authorize(request: Authorization, terms: Terms): Promise<Standing>
  capture(request: { reference: string; amount: Money }, terms: Terms): Promise<Standing>
  /** Ends the hold. What was not held yet is never held after it, however late the request comes through. */
  void(reference: string, terms: Terms): Promise<Standing>
  refund(request: GatewayRefund, terms: Terms): Promise<RefundAnswer>
  status(reference: string, terms: Terms): Promise<Standing>
  /** Checks the signature and reads whom it is about. Throws `webhook-refused`. */
  parseWebhook(headers: Readonly<Record<string, string>>, rawBody: Uint8Array, now: Date): Webhook
}

export interface Webhook {
  /** The gateway's id of the event; the same in every delivery of it. */
  readonly id: string
  readonly reference: string
}

/**
 * Waits so long for a gateway. A timeout and a broken connection are alike: the outcome is unknown, and is
 * never taken for a refusal.
 */
export async function withinTime<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  { timeoutMs, log }: { timeoutMs: number; log: Logger },
): Promise<Answer | { kind: 'unknown' }> {
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`No answer within ${timeoutMs} ms`)
      reject(error)
      abort.abort(error)
    }, timeoutMs)
  })
  try {
    return await Promise.race([ask(abort.signal), tooLate])
  } catch (error) {
    log.warn({ error: String(error) }, 'a payment gateway gave no answer; it will be asked again')
    return { kind: 'unknown' }
  } finally {
    clearTimeout(timer)
  }
}
