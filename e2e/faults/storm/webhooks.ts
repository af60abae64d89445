import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { payments } from '@rialto/payments/contract'
import { createClient, sendByFetch } from '@rialto/sdk'
import { bytesOf } from '../../goods.ts'
import { press } from './press.ts'
import type { Random } from './random.ts'

export interface Notifying {
  readonly shop: { readonly url: string }
  readonly secret: string
  /** The checkouts that the notifications are about. */
  readonly references: readonly string[]
  readonly random: Random
}

const timeoutMs = 3_000
const patienceMs = 10_000
const mostTimes = 3
/** So much later than it happened, so that the order is another one. */
const latestMs = 2_000

/**
 * Notifies the shop as a payment gateway does that has lost count: each event several times, in any order, and also
 * of payments that nothing has happened to. Resolves when all were taken; throws when one is refused.
 */
export async function notifyAgain({ shop, secret, references, random }: Notifying): Promise<void> {
  const events = references.map((reference) => ({ id: `evt_${randomUUID()}`, reference }))
  const letters = events.flatMap((event) => Array.from({ length: random.between(1, mostTimes) }, () => event))
  await Promise.all(
    letters.map(async ({ id, reference }) => {
      await pause(random.between(0, latestMs))
      const body = JSON.stringify({ id, type: 'payment.changed', data: { id, reference } })
      const pressed = await press(() => send(shop.url, body, signed(id, body, secret)), { patienceMs })
      if (pressed.kind === 'refused') throw pressed.problem
    }),
  )
}

function send(url: string, body: string, headers: Record<string, string>): Promise<unknown> {
  const call = createClient({ send: sendByFetch(url, { timeoutMs }), headers })
  return call(payments.receiveWebhook, { gateway: 'sandbox', body: bytesOf(body) })
}

/** By Standard Webhooks, in words of its own, so that a mistake of the shop's is not made here as well. */
function signed(id: string, body: string, secret: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
