import { createHmac, randomBytes } from 'node:crypto'

// Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, in base64 behind `v1,`.

export interface SignedParts {
  readonly id: string
  readonly at: Date
  readonly body: string
}

/** 32 bytes in base64 behind `whsec_`. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** The header fields to send along. Several secrets sign side by side while one takes the place of another. */
export function signedHeaders(
  { id, at, body }: SignedParts,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
