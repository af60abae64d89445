import type { WriteHandler } from '@rialto/kit/service'
import { validSecrets } from './attempt.ts'
import type { webhooks } from './contract.ts'
import { note } from './note.ts'
import type { Own } from './own.ts'
import { newSecret } from './signature.ts'
import { lockExpected } from './webhook.ts'
import { type KeptSecret, type KeptWebhook, saveWebhook } from './webhook-store.ts'

/** That sign side by side at most. */
const secretsLimit = 3

export const rotateWebhookSecret: WriteHandler<
  typeof webhooks.rotateWebhookSecret,
  Own,
  KeptWebhook
> = async ({ id, overlapHours = 24 }, context) => {
  const { tx, own, now } = context
  const webhook = await lockExpected(id, context)
  const sealed = own.seal.close(newSecret(), id)
  const secrets = rotated(webhook.secrets, sealed, now(), overlapHours * 3_600_000)
  const changed = { ...webhook, secrets, version: webhook.version + 1 }
  await saveWebhook(tx, changed)
  note(context, id, 'the secret of a webhook was rotated')
  return changed
}

/** The new one first. Those before it sign until the overlap is over, and never longer than they were to. */
export function rotated(
  secrets: readonly KeptSecret[],
  sealed: string,
  now: Date,
  overlapMs: number,
): KeptSecret[] {
  const until = new Date(now.getTime() + overlapMs).toISOString()
  const before = secrets.map((one) => ({ ...one, until: one.until && one.until < until ? one.until : until }))
  return [{ sealed }, ...validSecrets(before, now)].slice(0, secretsLimit)
}
