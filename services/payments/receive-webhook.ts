import { schedule } from '@rialto/kit/outbox'
import { bodyTooLarge, is } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import { payments, webhookRefused } from './contract.ts'
import type { Webhook } from './gateway.ts'
import { processWebhook } from './jobs.ts'
import { gatewayOf, type Own } from './own.ts'
import type { Workplace } from './settle.ts'
import { keepWebhook } from './webhook-store.ts'

export const receiveWebhook: Handler<typeof payments.receiveWebhook, Own> = async (
  { gateway, body },
  context,
) => {
  const bytes = await gathered(body, payments.receiveWebhook.body.maxBytes)
  await takeWebhook({ gateway, headers: context.headers ?? {}, body: bytes }, context)
  return null
}

export interface Notification {
  readonly gateway: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Checks a notification and stores it, once, before it is answered. Its effect follows in a job. */
export async function takeWebhook(
  notification: Notification,
  workplace: Pick<Workplace, 'database' | 'own' | 'now' | 'log'>,
): Promise<void> {
  const { gateway } = notification
  const { database, now } = workplace
  const { id, reference } = read(notification, workplace)
  await database.transaction(async (tx) => {
    const fresh = await keepWebhook(tx, { gateway, id, reference }, now())
    if (fresh) schedule(tx, processWebhook, { gateway, id }, { id: `webhook:${gateway}:${id}` })
  })
}

function read(
  { gateway, headers, body }: Notification,
  { own, now, log }: Pick<Workplace, 'own' | 'now' | 'log'>,
): Webhook {
  try {
    return gatewayOf(own, gateway).parseWebhook(headers, body, now())
  } catch (error) {
    if (is(error, webhookRefused)) log.warn({ gateway, reason: error.message }, 'a webhook was refused')
    throw error
  }
}

async function gathered(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > maxBytes) throw bodyTooLarge(`A webhook may have at most ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
