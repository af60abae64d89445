import type { Database, Tx } from '@rialto/kit/database'
import type { Seal } from '@rialto/kit/seal'
import type { Logger } from '@rialto/kit/telemetry'
import { outside } from '@rialto/kit/trace'
import { type Answer, attempt } from './attempt.ts'
import type { Post } from './post.ts'
import { giveBack, type Taken, takeDue } from './queue-store.ts'
import { settleDelivery } from './settle-delivery.ts'

/** Sends what is due. Each webhook has slots of its own, so a slow one holds up no other. */
export interface Sender {
  /** Looks for what is due now and begins to send it; resolves when it has looked. Never rejects. */
  look(now: () => Date): Promise<void>
  /** Looks once the transaction has committed. */
  lookAfter(tx: Tx, now: () => Date): void
  /** Lets what is under way come to its end for a moment, and gives the rest back. */
  stop(): Promise<void>
}

export interface SenderOptions {
  readonly database: Database
  readonly log: Logger
  readonly post: Post
  readonly seal: Seal
  readonly timeoutMs: number
}

/** Sent to one webhook at the same time. */
export const slots = 4
/** How long one that is sent is left to whoever sends it, beyond the time its receiver has. */
const spareMs = 20_000
const stopMs = 1_500

export function openSender(options: SenderOptions): Sender {
  const { database, log, timeoutMs } = options
  const busy = new Map<string, number>()
  const working = new Set<Promise<void>>()
  const ending = new AbortController()
  let looking: Promise<void> | undefined
  let again = false
  let stopped = false

  const start = (taken: Taken, now: () => Date) => {
    busy.set(taken.webhookId, (busy.get(taken.webhookId) ?? 0) + 1)
    const work = send(options, taken, now, ending.signal)
      .catch((error) =>
        log.warn({ error: String(error), id: taken.id }, 'a webhook delivery is left to its lease'),
      )
      .finally(() => {
        working.delete(work)
        const left = (busy.get(taken.webhookId) ?? 1) - 1
        if (left > 0) busy.set(taken.webhookId, left)
        else busy.delete(taken.webhookId)
        void look(now)
      })
    working.add(work)
  }
  const take = async (now: () => Date) => {
    while (again && !stopped) {
      again = false
      const at = now()
      const leaseUntil = new Date(at.getTime() + timeoutMs + spareMs)
      for (const one of await takeDue(database, { now: at, leaseUntil, slots, busy })) start(one, now)
    }
  }
  const look = async (now: () => Date) => {
    again = true
    if (stopped) return
    looking ??= outside(() => take(now))
      .catch((error) => log.warn({ error: String(error) }, 'the queue of webhooks cannot be read'))
      .finally(() => {
        looking = undefined
        // Asked for in the last moment.
        if (again) void look(now)
      })
    await looking
  }
  return {
    look,
    lookAfter: (tx, now) => tx.afterCommit(() => void look(now)),
    stop: async () => {
      stopped = true
      const timer = setTimeout(() => ending.abort(), stopMs)
      while (looking || working.size > 0) await Promise.all([looking, ...working])
      clearTimeout(timer)
    },
  }
}

async function send(
  options: SenderOptions,
  taken: Taken,
  now: () => Date,
  ending: AbortSignal,
): Promise<void> {
  const began = now()
  const answer: Answer = await attempt(taken, { ...options, now: began, ending })
  if (answer.error !== undefined && ending.aborted) return giveBack(options.database, taken, began)
  await settleDelivery(taken, answer, { ...options, began, now: now(), random: Math.random() })
}
