import type { Message } from '@rialto/kit/message'
import type { Context } from '@rialto/kit/service'
import { scheduleAsking } from './jobs.ts'
import type { Own } from './own.ts'
import type { StoredPayment, Wanted } from './payment.ts'
import { claimDue, findPayment, want } from './payment-store.ts'
import { settle, type Workplace } from './settle.ts'

// The jobs that bring payments to where the shop wants them.

type OfCheckout = Message<{ checkoutId: string }>

export const captureNow = (message: OfCheckout, context: Context<Own>) => pursue(message, 'capture', context)
export const releaseNow = (message: OfCheckout, context: Context<Own>) => pursue(message, 'release', context)

export async function settleNow({ data }: OfCheckout, context: Context<Own>): Promise<void> {
  const payment = await findPayment(context.database, data.checkoutId)
  if (payment) await settle(payment, context)
}

const batchLimit = 20

/** Takes up what a gateway, or a crash, has left open. */
export async function askAllOpen(_message: Message, context: Context<Own>): Promise<void> {
  for (;;) {
    const due = await claim(context)
    if (due.length === 0) return
    const settled = await Promise.allSettled(due.map((payment) => settle(payment, context)))
    for (const result of settled) {
      // One that fails keeps its next time, and must not keep the others from theirs.
      if (result.status === 'rejected')
        context.log.error({ error: String(result.reason) }, 'an open payment could not be taken up')
    }
  }
}

/** A checkout that had nothing to pay has no payment: nothing to do. */
async function pursue({ data }: OfCheckout, wanted: Wanted, context: Workplace): Promise<void> {
  const payment = await want(context.database, data.checkoutId, wanted)
  if (payment) await settle(payment, context)
}

function claim({ database, now }: Workplace): Promise<StoredPayment[]> {
  return database.transaction(async (tx) => {
    const due = await claimDue(tx, now(), batchLimit)
    for (const { askAt } of due) if (askAt) scheduleAsking(tx, new Date(askAt), now())
    return due
  })
}
