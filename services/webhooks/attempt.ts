import type { Seal } from '@rialto/kit/seal'
import { RefusedAddress } from './lookup.ts'
import type { Letter, Post, Reply } from './post.ts'
import type { Taken } from './queue-store.ts'
import { signedHeaders } from './signature.ts'
import type { KeptSecret } from './webhook-store.ts'

/** What came of sending: an answer, or why there was none. */
export interface Answer extends Partial<Reply> {
  readonly error?: string
  readonly durationMs: number
}

export interface AttemptOptions {
  readonly post: Post
  readonly seal: Seal
  readonly timeoutMs: number
  readonly now: Date
  /** Aborted when the process ends. */
  readonly ending: AbortSignal
}

/** Signs and sends it, once. Never throws. */
export async function attempt(taken: Taken, options: AttemptOptions): Promise<Answer> {
  const { post, timeoutMs, ending } = options
  const began = performance.now()
  const durationMs = () => Math.round(performance.now() - began)
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const reply = await post(letterOf(taken, options, AbortSignal.any([timeout, ending])))
    return { ...reply, durationMs: durationMs() }
  } catch (error) {
    const reason = timeout.aborted ? `No answer within ${timeoutMs / 1_000} s` : reasonOf(error)
    return { error: reason, durationMs: durationMs() }
  }
}

/** Whether it was taken; a redirect is not followed, so it is a refusal. */
export function isTaken({ status = 0 }: Answer): boolean {
  return status >= 200 && status < 300
}

function letterOf(
  { url, body, messageId, webhookId, secrets }: Taken,
  options: AttemptOptions,
  signal: AbortSignal,
): Letter {
  const { seal, now } = options
  const valid = validSecrets(secrets, now).map(({ sealed }) => unsealed(seal, sealed, webhookId))
  const headers = {
    ...signedHeaders({ id: messageId, at: now, body }, valid),
    'content-type': 'application/json',
    'user-agent': 'Rialto-Webhooks/1',
  }
  return { url, headers, body, signal }
}

/** Those that sign now, the newest first. */
export function validSecrets(secrets: readonly KeptSecret[], now: Date): KeptSecret[] {
  return secrets.filter(({ until }) => until === undefined || Date.parse(until) > now.getTime())
}

class Unreadable extends Error {}

function unsealed(seal: Seal, sealed: string, webhookId: string): string {
  try {
    return seal.open(sealed, webhookId)
  } catch (cause) {
    throw new Unreadable('The secret was kept under another RIALTO_SECRET: rotate it', { cause })
  }
}

/** For staff. A code tells enough: whole messages name addresses. */
function reasonOf(error: unknown): string {
  if (error instanceof RefusedAddress || error instanceof Unreadable) return error.message
  const { code, errors } = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }
  return `No connection: ${code ?? errors?.[0]?.code ?? 'it broke'}`
}
