import type { Tx } from '@rialto/kit/database'
import { conflict, invalidInput, notFound } from '@rialto/kit/problem'
import type { TransactionContext, WriteHandler } from '@rialto/kit/service'
import { type WebhookDelivery, webhookDisabled, type webhooks } from './contract.ts'
import { findDelivery, insertDeliveries, requeue, requeueOne } from './delivery-store.ts'
import { well } from './health.ts'
import { bodyOf, queueLimit } from './on-event.ts'
import type { Own } from './own.ts'
import { missing } from './webhook.ts'
import { countQueued, lockWebhook, saveHealth } from './webhook-store.ts'

/** Replayed by one request at most. */
export const replayLimit = 5_000

export const testWebhook: WriteHandler<typeof webhooks.testWebhook, Own> = async (
  { id: webhookId },
  context,
) => {
  const { tx, now, newId, own } = context
  await lockEnabled(webhookId, context)
  // Who tests wants to see it now, also while the webhook is paused.
  await saveHealth(tx, webhookId, well)
  const [id, messageId, type] = [newId('whd'), newId('msg'), 'webhook.test']
  const body = bodyOf({ type, at: now().toISOString(), data: { webhookId } })
  await insertDeliveries(tx, { id: messageId, type, body }, [{ id, webhookId, status: 'queued' }], now())
  own.sender.lookAfter(tx, now)
  return readDelivery(tx, { id, webhookId })
}

export const replayWebhookDelivery: WriteHandler<typeof webhooks.replayWebhookDelivery, Own> = async (
  { id: webhookId, deliveryId: id },
  context,
) => {
  const { tx, now, own } = context
  await lockEnabled(webhookId, context)
  const { status } = await readDelivery(tx, { id, webhookId })
  if (status !== 'queued' && (await roomOf(tx, webhookId)) === 0)
    throw conflict('The queue of the webhook is full. Wait until it has room.')
  await requeueOne(tx, id, now())
  own.sender.lookAfter(tx, now)
  return readDelivery(tx, { id, webhookId })
}

export const replayWebhookDeliveries: WriteHandler<typeof webhooks.replayWebhookDeliveries, Own> = async (
  { id: webhookId, from, to, statuses = ['failed', 'skipped'] },
  context,
) => {
  const { tx, now, own } = context
  if (Date.parse(from) >= Date.parse(to)) {
    const errors = [{ field: 'to', message: 'must be later than `from`' }]
    throw invalidInput('to must be later than from.', { errors })
  }
  await lockEnabled(webhookId, context)
  const limit = Math.min(replayLimit, await roomOf(tx, webhookId))
  const again = await requeue(tx, { webhookId, from, to, statuses, limit }, now())
  own.sender.lookAfter(tx, now)
  return { queued: again, more: again === limit }
}

async function lockEnabled(id: string, { tx }: TransactionContext<Own>): Promise<void> {
  const webhook = (await lockWebhook(tx, id)) ?? missing()
  if (webhook.disabledBecause)
    throw webhookDisabled('Nothing is sent to a disabled webhook. Enable it first.')
}

async function roomOf(tx: Tx, id: string): Promise<number> {
  return Math.max(0, queueLimit - ((await countQueued(tx, [id])).get(id) ?? 0))
}

async function readDelivery(tx: Tx, key: { id: string; webhookId: string }): Promise<WebhookDelivery> {
  const found = await findDelivery(tx, key)
  if (!found) throw notFound('There is no such delivery. It may be older than deliveries are kept.')
  const { body: _, ...delivery } = found
  return delivery
}
