import type { WriteHandler } from '@rialto/kit/service'
import type { Webhook, webhooks } from './contract.ts'
import { skipQueued } from './delivery-store.ts'
import { well } from './health.ts'
import { note } from './note.ts'
import type { Own } from './own.ts'
import { demandSense, lockExpected, show } from './webhook.ts'
import { deleteWebhook, type KeptWebhook, saveHealth, saveWebhook } from './webhook-store.ts'

export const changeWebhook: WriteHandler<typeof webhooks.changeWebhook, Own> = async (
  { id, enabled, ...changes },
  context,
): Promise<Webhook> => {
  const { tx, own, now } = context
  demandSense(changes, own.rules)
  const { disabledBecause, ...before } = await lockExpected(id, context)
  const because = enabled === undefined ? disabledBecause : enabled ? undefined : 'staff'
  // Another address, or enabled again: another chance.
  const afresh = (changes.url !== undefined && changes.url !== before.url) || (enabled && disabledBecause)
  const changed: KeptWebhook = {
    ...before,
    ...changes,
    ...(because && { disabledBecause: because }),
    health: afresh ? well : before.health,
    version: before.version + 1,
  }
  await saveWebhook(tx, changed)
  await saveHealth(tx, id, changed.health)
  if (because) await skipQueued(tx, id)
  note(context, id, 'a webhook was changed')
  own.sender.lookAfter(tx, now)
  const [told] = (await show(tx, [changed])) as [Webhook]
  return told
}

export const removeWebhook: WriteHandler<typeof webhooks.removeWebhook, Own> = async ({ id }, context) => {
  await lockExpected(id, context)
  await deleteWebhook(context.tx, id)
  note(context, id, 'a webhook was removed')
  return null
}
