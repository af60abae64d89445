import type { Context, WriteHandler } from '@rialto/kit/service'
import { tooManyWebhooks, type webhooks } from './contract.ts'
import { note } from './note.ts'
import type { Own } from './own.ts'
import { newSecret } from './signature.ts'
import { demandSense, shown } from './webhook.ts'
import { countQueued, insertWebhook, type KeptSecret, type KeptWebhook, lockCount } from './webhook-store.ts'

/** Of a shop at most. */
export const webhooksLimit = 50

// What the transaction answers with is kept for repeats, so the secret in it stays encrypted.
export const createWebhook: WriteHandler<typeof webhooks.createWebhook, Own, KeptWebhook> = async (
  { enabled = true, ...details },
  context,
) => {
  const { tx, own, now, newId } = context
  demandSense(details, own.rules)
  if ((await lockCount(tx)) >= webhooksLimit)
    throw tooManyWebhooks(`A shop has at most ${webhooksLimit} webhooks. Remove one first.`)
  const id = newId('whk')
  const webhook: KeptWebhook = {
    id,
    ...details,
    secrets: [{ sealed: own.seal.close(newSecret(), id) }],
    ...(!enabled && { disabledBecause: 'staff' }),
    health: { failures: 0, pauses: 0 },
    createdAt: now().toISOString(),
    version: 1,
  }
  await insertWebhook(tx, webhook)
  note(context, id, 'a webhook was created')
  return webhook
}

/** The webhook with its newest secret. */
export async function withSecret(webhook: KeptWebhook, { own, database }: Context<Own>) {
  const [newest] = webhook.secrets as [KeptSecret]
  const queued = await countQueued(database, [webhook.id])
  return { ...shown(webhook, queued.get(webhook.id) ?? 0), secret: own.seal.open(newest.sealed, webhook.id) }
}
