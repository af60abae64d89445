import { setTimeout as pause } from 'node:timers/promises'
import { is, unavailable } from '@rialto/kit/problem'
import { orders } from '@rialto/orders/contract'
import type { Urls } from '../../checker.ts'
import { withDatabases } from '../../checker.ts'
import { buy, decided, openVisitor } from '../../visitor.ts'
import { countOpenWork, type OpenWork } from './open-work.ts'
import { requestLimitMs } from './shopper.ts'

/** Milliseconds from the end of the last fault; undefined where it has not come to that. */
export interface Recovery {
  /** Somebody new has bought: from an empty cart to a confirmed order. */
  readonly openMs: number | undefined
  /** Every checkout, cancellation and refund is at its end, and every order charged. */
  readonly sagasMs: number | undefined
  /** Nothing is under way any more in any service. */
  readonly quietMs: number | undefined
  /** What was under way when patience ended. */
  readonly left: OpenWork
}

export interface RecoveryOptions {
  readonly shop: { readonly url: string }
  readonly variantId: string
  readonly urls: Urls
  readonly limitMs: number
}

const lookEveryMs = 100

/** Watches the shop recover from now on. Nobody helps it, but somebody new comes to buy. */
export async function watchRecovery({ shop, variantId, urls, limitMs }: RecoveryOptions): Promise<Recovery> {
  const begun = performance.now()
  const sinceMs = () => performance.now() - begun
  const arriving = arrive(shop, variantId, () => sinceMs() < limitMs).then((bought) =>
    bought ? sinceMs() : undefined,
  )
  let [sagasMs, quietMs]: (number | undefined)[] = []
  let left = unknown
  const watching = withDatabases(urls, async (databases) => {
    while (quietMs === undefined && sinceMs() < limitMs) {
      const lookedMs = sinceMs()
      left = await countOpenWork(databases).catch(unlessAway)
      // What is open again was not done.
      sagasMs = left.sagas > 0 ? undefined : (sagasMs ?? lookedMs)
      if (left.sagas + left.consequences === 0 && (await isSettled(arriving))) quietMs = lookedMs
      else await pause(lookEveryMs)
    }
  })
  const [openMs] = await Promise.all([arriving, watching])
  return { openMs, sagasMs, quietMs, left }
}

/** While a database does not answer, nobody knows what is under way. */
const unknown: OpenWork = { sagas: Number.POSITIVE_INFINITY, consequences: Number.POSITIVE_INFINITY }

function unlessAway(error: unknown): OpenWork {
  if (is(error, unavailable)) return unknown
  throw error
}

async function isSettled(work: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open')
  return (await Promise.race([work, Promise.resolve(open)])) !== open
}

/** Comes again as somebody new until a purchase succeeds. */
async function arrive(
  shop: { readonly url: string },
  variantId: string,
  goesOn: () => boolean,
): Promise<boolean> {
  while (goesOn()) {
    const { call } = openVisitor(shop, { timeoutMs: requestLimitMs })
    try {
      const begun = await buy(call, { variantId, email: 'newcomer@storm.example' })
      const checkout = await decided(call, begun.id)
      if (checkout.status === 'confirmed' && (await call(orders.getOrder, { id: checkout.orderId ?? '' })))
        return true
    } catch {
      // The shop says that it cannot yet, or does not answer: the next one tries again.
    }
    await pause(lookEveryMs)
  }
  return false
}
