import type { Database, Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import type { Logger } from '@rialto/kit/telemetry'
import { type Answer, isTaken } from './attempt.ts'
import { type Webhook, webhookWasDisabled } from './contract.ts'
import { skipQueued } from './delivery-store.ts'
import { afterFailure, type Health, isHopeless, well } from './health.ts'
import { insertAttempt, type Settled, settle, type Taken } from './queue-store.ts'
import { nextTry, retryAfterMs } from './retry.ts'
import { type KeptWebhook, lockWebhook, saveHealth, saveWebhook } from './webhook-store.ts'

export interface Settling {
  readonly database: Database
  readonly log: Logger
  readonly began: Date
  readonly now: Date
  readonly random: number
}

/** Notes what came of it: for the delivery, for its log, and for how the webhook fares. */
export async function settleDelivery(taken: Taken, answer: Answer, settling: Settling): Promise<void> {
  const { database, log, began, now } = settling
  const { attempts: number } = taken
  const { durationMs, status, error, text } = answer
  await database.transaction(async (tx) => {
    const webhook = await lockWebhook(tx, taken.webhookId)
    // It was removed meanwhile, with its log.
    if (!webhook) return
    const mine = await settle(tx, taken, outcomeOf(taken, answer, webhook, settling))
    if (!mine) return
    await insertAttempt(tx, taken.id, { number, at: began, durationMs, status, error, response: text })
    if (webhook.disabledBecause) return
    const health = isTaken(answer) ? well : afterFailure(webhook.health, now)
    if (health.failures > 0 || webhook.health.failures > 0) await saveHealth(tx, webhook.id, health)
    tellOfPause(tx, webhook, health, log)
    if (status === 410) await disable(tx, webhook, 'gone', log)
    else if (isHopeless(health, now)) await disable(tx, webhook, 'failing', log)
  })
}

/** What becomes of a delivery by an answer. */
export function outcomeOf(
  { tries, queuedAt }: Pick<Taken, 'tries' | 'queuedAt'>,
  answer: Answer,
  { disabledBecause }: Pick<Webhook, 'disabledBecause'>,
  { now, random }: Pick<Settling, 'now' | 'random'>,
): Settled {
  const { status: lastStatus, error: lastError } = answer
  const told = { lastStatus, lastError, dueAt: now }
  if (isTaken(answer)) return { ...told, status: 'delivered', deliveredAt: now }
  const asked = [429, 503].includes(lastStatus ?? 0) ? retryAfterMs(answer.retryAfter, now) : 0
  const next = nextTry({ tries, queuedAt: new Date(queuedAt), retryAfterMs: asked }, now, random)
  if (lastStatus === 410 || next === undefined) return { ...told, status: 'failed' }
  return { ...told, status: disabledBecause ? 'skipped' : 'queued', dueAt: next }
}

async function disable(
  tx: Tx,
  webhook: KeptWebhook,
  because: 'gone' | 'failing',
  log: Logger,
): Promise<void> {
  const version = webhook.version + 1
  await saveWebhook(tx, { ...webhook, disabledBecause: because, version })
  await skipQueued(tx, webhook.id)
  emit(tx, webhookWasDisabled, { webhookId: webhook.id, because }, { id: webhook.id, version })
  // Its address stays out of the log: it may hold a token.
  tx.afterCommit(() => log.error({ webhook: webhook.id, because }, 'a webhook is disabled'))
}

function tellOfPause(
  tx: Tx,
  { id, health: before }: KeptWebhook,
  { pauses, pausedUntil, failures }: Health,
  log: Logger,
) {
  if (pauses <= before.pauses) return
  tx.afterCommit(() => log.warn({ webhook: id, failures, until: pausedUntil }, 'a webhook is paused'))
}
