import type { Tx } from '@rialto/kit/database'
import { job } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import { Type } from '@rialto/kit/schema'

const ofCheckout = Type.Object({ checkoutId: Type.String() })

export const capturePayment = job('capture-payment', ofCheckout)
export const releasePayment = job('release-payment', ofCheckout)
/** Takes a payment's business as far as it goes just now. */
export const settlePayment = job('settle-payment', ofCheckout)
export const askOpenPayments = job('ask-open-payments', Type.Object({}))
export const processWebhook = job(
  'process-webhook',
  Type.Object({ gateway: Type.String(), id: Type.String() }),
)
export const deliverSandboxWebhook = job('deliver-sandbox-webhook', Type.Object({ reference: Type.String() }))

/** Open payments whose time comes within the same five seconds share one job, however many they are. */
const stepMs = 5_000

/** Schedules the job that takes up open payments, at the first step that surely lies behind this transaction. */
export function scheduleAsking(tx: Tx, askAt: Date, now: Date): void {
  const earliest = Math.max(askAt.getTime(), now.getTime() + stepMs / 2)
  const at = Math.ceil(earliest / stepMs) * stepMs
  const known = scheduled.get(tx.pool)
  if (known?.has(at)) return
  schedule(
    tx,
    askOpenPayments,
    {},
    { at: new Date(at), id: `ask-open-payments:${new Date(at).toISOString()}` },
  )
  tx.afterCommit(() => remember(tx.pool, at, now.getTime()))
}

/** Steps whose job is known to be there, by database: saves a statement for nearly every payment. */
const scheduled = new WeakMap<Tx['pool'], Set<number>>()

function remember(pool: Tx['pool'], at: number, now: number): void {
  const steps = scheduled.get(pool) ?? new Set()
  for (const step of steps) if (step <= now) steps.delete(step)
  scheduled.set(pool, steps.add(at))
}
