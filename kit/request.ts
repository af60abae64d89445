import type { Actor } from './access.ts'
import type { Span } from './trace.ts'

/** What travels with every request and call besides its input. */
export interface RequestInfo {
  readonly actor: Actor
  /** The session by which the gateway knows the actor, if there is one. */
  readonly sessionId?: string
  /** What the actor's program says of itself, where a session starts. */
  readonly userAgent?: string
  readonly requestId: string
  /** What asks for it, in its trace. */
  readonly span?: Span
  /** Epoch milliseconds after which nobody waits for the answer. */
  readonly deadline: number
  readonly idempotencyKey?: string
  readonly expectedVersion?: number
  /** Header fields in lower case; only operations with a raw body receive them. */
  readonly headers?: Readonly<Record<string, string>>
}

export const defaultTimeoutMs = 15_000
