import type { Database } from '@rialto/kit/database'
import { newId } from '@rialto/kit/id'
import { schedule } from '@rialto/kit/outbox'
import { webhookRefused } from '../contract.ts'
import type { Authorization, Gateway, Standing, Terms, Webhook } from '../gateway.ts'
import { deliverSandboxWebhook } from '../jobs.ts'
import { signatureFault } from '../webhook-signature.ts'
import { testCards } from './card.ts'
import { challengeMs, lateMs, standingOf, unknownToken } from './hold.ts'
import { addHold, addRefund, captureHold, findHold, voidHold } from './sandbox-store.ts'

/**
 * A card gateway for development and tests. It keeps its own books in its own transactions, as a foreign
 * company would: what it has answered stays true, whatever becomes of the shop meanwhile.
 */
export function sandboxGateway(database: Database, secret: string): Gateway {
  const standing = async (reference: string, now: Date) =>
    standingOf(await findHold(database, reference), now)
  return {
    title: 'Card (sandbox)',
    testCards: testCards.map(({ number, outcome }) => ({ number, outcome })),
    authorize: (request, terms) => authorize(database, request, terms),
    capture: async ({ reference }, { now }) => {
      const captured = await database.sharedTransaction(reference, (tx) => captureHold(tx, reference, now))
      return captured ? standingOf(captured, now) : standing(reference, now)
    },
    void: async (reference, { now }) => {
      const voided = await voidHold(database, reference, now)
      return voided ? standingOf(voided, now) : standing(reference, now)
    },
    refund: async (request) => {
      const done = await database.transaction((tx) => addRefund(tx, request))
      return done ? { kind: 'refunded' } : { kind: 'refused', reason: 'More than is left of the charge.' }
    },
    status: (reference, { now }) => standing(reference, now),
    parseWebhook: (headers, rawBody, now) => {
      const fault = signatureFault(headers, rawBody, secret, now)
      if (fault !== undefined) throw webhookRefused(fault)
      return contentOf(rawBody)
    },
  }
}

/** The body of a notification. It tells that something happened, not what: that is asked. */
export function webhookBody(webhook: Webhook): Uint8Array {
  return Buffer.from(JSON.stringify({ id: webhook.id, type: 'payment.changed', data: webhook }))
}

async function authorize(database: Database, request: Authorization, terms: Terms): Promise<Standing> {
  const { reference } = request
  const { now, signal } = terms
  const times = { now, lateFrom: after(now, lateMs), challengeUntil: after(now, challengeMs) }
  const added = await database.sharedTransaction(reference, (tx) =>
    addHold(tx, request, newId('dare'), times),
  )
  if (!added) {
    const known = await findHold(database, reference)
    return known ? standingOf(known, now) : unknownToken
  }
  if (added.outcome === 'timeout') return silence(signal)
  if (added.outcome === 'late') {
    await database.transaction(async (tx) =>
      schedule(
        tx,
        deliverSandboxWebhook,
        { reference },
        { at: after(now, lateMs), id: `webhook-of:${reference}` },
      ),
    )
  }
  return standingOf(added, now)
}

function contentOf(rawBody: Uint8Array): Webhook {
  try {
    const { id, data } = JSON.parse(Buffer.from(rawBody).toString()) as {
      id?: unknown
      data?: Partial<Webhook>
    }
    if (typeof id === 'string' && typeof data?.reference === 'string')
      return { id, reference: data.reference }
  } catch {
    // Refused below: a body that is no JSON is as wrong as one without a reference.
  }
  throw webhookRefused('The body is not an event of this gateway.')
}

/** Says nothing until the other side gives up. */
function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms)
}
