import type { Message } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import type { Context, TransactionContext } from '@rialto/kit/service'
import { settlePayment } from './jobs.ts'
import type { Own } from './own.ts'
import type { Wanted } from './payment.ts'
import { claimDue, want } from './payment-store.ts'
import { settle } from './settle.ts'

// What brings payments to where the shop wants them: at once by a job, and by a watch if that one dies.

const gathered = new WeakMap<TransactionContext['tx'], Map<string, Wanted>>()

/**
 * Notes what the shop wants of a checkout's payment and has it done. Several messages may share one transaction:
 * what they want is written by one statement before its commit.
 */
export function wish({ tx, now }: TransactionContext, checkoutId: string, wanted: Wanted): void {
  schedule(tx, settlePayment, { checkoutId })
  const known = gathered.get(tx)
  const wishes = known ?? new Map<string, Wanted>()
  if (wishes.get(checkoutId) !== 'release') wishes.set(checkoutId, wanted)
  if (known) return
  gathered.set(tx, wishes)
  tx.beforeCommit(() => want(tx, wishes, now()))
}

/** A checkout that had nothing to pay has no payment: nothing to do. */
export async function settleNow(
  { data }: Message<{ checkoutId: string }>,
  context: Context<Own>,
): Promise<void> {
  const [payment] = await context.own.paymentsOf([data.checkoutId])
  if (payment) await settle(payment, context)
}

const batchLimit = 20

/** Takes up what a gateway, or a crash, has left open. */
export async function askAllOpen(context: Context<Own>): Promise<void> {
  const { database, log, now } = context
  for (;;) {
    const due = await claimDue(database, now(), batchLimit)
    if (due.length === 0) return
    const settled = await Promise.allSettled(due.map((payment) => settle(payment, context)))
    for (const result of settled) {
      // One that fails keeps its next time, and must not keep the others from theirs.
      if (result.status === 'rejected')
        log.error({ error: String(result.reason) }, 'an open payment could not be taken up')
    }
  }
}
