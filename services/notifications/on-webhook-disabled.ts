import type { Message } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { webhookWasDisabled } from '@rialto/webhooks/contract'
import { tellOfWebhook } from './jobs.ts'

/** Whom to tell is asked for afterwards: no peer is waited for in a transaction. */
export async function onWebhookDisabled(
  { id, data }: Message<Static<typeof webhookWasDisabled.schema>>,
  { tx }: TransactionContext<unknown>,
): Promise<void> {
  schedule(tx, tellOfWebhook, { ...data, disabling: id }, { id: `tell_${id}` })
}
