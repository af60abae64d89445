import { type Static, Type } from '@rialto/kit/schema'

export const config = Type.Object({
  ORDERS_ASK_PAUSE_MS: Type.Integer({
    default: 250,
    minimum: 1,
    maximum: 5_000,
    description:
      'Milliseconds after which an unanswered payment is asked for again while the shopper waits; each further pause is twice as long.',
  }),
})

export interface Own {
  /** Pauses between questions about a payment within the shopper's own request. */
  readonly askPausesMs: readonly number[]
}

const asksLimit = 5

export function open({ config: settings }: { config: Static<typeof config> }): Own {
  const first = settings.ORDERS_ASK_PAUSE_MS
  return { askPausesMs: Array.from({ length: asksLimit }, (_, index) => first * 2 ** index) }
}
