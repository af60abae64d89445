import type { WriteHandler } from '@rialto/kit/service'
import type { Webhook, webhooks } from './contract.ts'
import { skipQueued } from './delivery-store.ts'
import { well } from './health.ts'
import { note } from './note.ts'
import type { Own } from './own.ts'
import { demandSense, lockExpected, shown } from './webhook.ts'
import { deleteWebhook, type KeptWebhook, saveHealth, saveWebhook } from './webhook-store.ts'

export const changeWebhook: WriteHandler<typeof webhooks.changeWebhook, Own> = async (
  { id, enabled, ...changes },
  context,
): Promise<Webhook> => {
  const { tx, own, now } = context
  demandSense(changes, own.rules)
  const { disabledBecause, ...before } = await lockExpected(id, context)
  const because = enabled === false ? (disabledBecause ?? 'staff') : enabled ? undefined : disabledBecause
  const changed: KeptWebhook = {
    ...before,
    ...changes,
    ...(because && { disabledBecause: because }),
    version: before.version + 1,
  }
  await saveWebhook(tx, changed)
  if (because) await skipQueued(tx, id)
  note(context, id, 'a webhook was changed')
  // Another address, or another chance.
  const afresh = (changes.url !== undefined && changes.url !== before.url) || (enabled && disabledBecause)
  if (!afresh) return shown({ ...changed, queued: because ? 0 : before.queued })
  await saveHealth(tx, id, well)
  own.sender.lookAfter(tx, now)
  return shown({ ...changed, health: well, queued: because ? 0 : before.queued })
}

export const removeWebhook: WriteHandler<typeof webhooks.removeWebhook, Own> = async ({ id }, context) => {
  await lockExpected(id, context)
  await deleteWebhook(context.tx, id)
  note(context, id, 'a webhook was removed')
  return null
}
