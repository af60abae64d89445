import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { deliverSandboxWebhook } from '../jobs.ts'
import { takeWebhook } from '../receive-webhook.ts'
import type { Workplace } from '../settle.ts'
import { signedHeaders } from '../webhook-signature.ts'
import { webhookBody } from './gateway.ts'

/** Plays the gateway's side of a webhook: signs it and sends it until it is taken. Each hold has one event. */
export async function sendSandboxWebhook(
  { data: { reference } }: Message<Static<typeof deliverSandboxWebhook.schema>>,
  workplace: Workplace,
): Promise<void> {
  const secret = workplace.own.sandboxSecret
  if (secret === undefined) return
  const webhook = { id: `evt_${reference}`, reference }
  const body = webhookBody(webhook)
  const timestamp = String(Math.floor(workplace.now().getTime() / 1_000))
  const headers = signedHeaders({ id: webhook.id, timestamp, body }, secret)
  await takeWebhook({ gateway: 'sandbox', headers, body }, workplace)
}
