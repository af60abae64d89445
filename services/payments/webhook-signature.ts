import { createHmac, timingSafeEqual } from 'node:crypto'

// Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, in base64 behind `v1,`.

export interface SignedParts {
  readonly id: string
  /** Seconds since 1970. */
  readonly timestamp: string
  readonly body: Uint8Array
}

/** The header fields to send with a notification. */
export function signedHeaders(parts: SignedParts, secret: string): Record<string, string> {
  return {
    'webhook-id': parts.id,
    'webhook-timestamp': parts.timestamp,
    'webhook-signature': `v1,${digest(parts, secret).toString('base64')}`,
  }
}

/** Older and younger ones are refused, so that a recorded notification cannot be sent again much later. */
const toleranceMs = 5 * 60_000

/** Why the notification is not genuine; undefined if it is. */
export function signatureFault(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  secret: string,
  now: Date,
): string | undefined {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  const signatures = headers['webhook-signature']
  if (!id || !timestamp || !signatures) return 'The webhook-id, -timestamp or -signature header is missing.'
  if (!/^\d{1,12}$/.test(timestamp)) return 'The webhook-timestamp header is no number of seconds.'
  const expected = digest({ id, timestamp, body }, secret)
  // Several signatures stand side by side while a secret is being changed.
  const genuine = signatures
    .split(' ')
    .slice(0, 10)
    .some((one) => one.startsWith('v1,') && same(Buffer.from(one.slice(3), 'base64'), expected))
  if (!genuine) return 'The signature does not belong to this body.'
  if (Math.abs(now.getTime() - Number(timestamp) * 1_000) > toleranceMs) return 'The notification is too old.'
  return undefined
}

function digest({ id, timestamp, body }: SignedParts, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest()
}

function same(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected)
}
