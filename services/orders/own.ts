import { type Static, Type } from '@rialto/kit/schema'

export const config = Type.Object({
  ORDERS_ASK_PAUSE_MS: Type.Integer({
    default: 250,
    minimum: 1,
    maximum: 5_000,
    description:
      'Milliseconds after which an unanswered payment is asked for again while the shopper waits; each further pause is twice as long.',
  }),
  ORDERS_STUCK_AFTER_MINUTES: Type.Integer({
    default: 60,
    minimum: 1,
    maximum: 10_080,
    description:
      'Minutes after which a checkout, cancellation or refund that gets no further is put before a person.',
  }),
})

export interface Own {
  /** So long at one step, and a person has to look. */
  readonly stuckAfterMs: number
  /** Pauses between questions about a payment within the shopper's own request. */
  readonly askPausesMs: readonly number[]
}

const asksLimit = 5

export function open({ config: settings }: { config: Static<typeof config> }): Own {
  const first = settings.ORDERS_ASK_PAUSE_MS
  const stuckAfterMs = settings.ORDERS_STUCK_AFTER_MINUTES * 60_000
  return { stuckAfterMs, askPausesMs: Array.from({ length: asksLimit }, (_, index) => first * 2 ** index) }
}
