import type { Actor } from '@rialto/kit/access'
import type { Queries, Tx } from '@rialto/kit/database'
import { signInAgain } from '../contract.ts'
import { strengthenById } from '../sessions/session-store.ts'
import { findStrength } from './strength-store.ts'

interface Asking {
  readonly actor: Actor
  readonly sessionId?: string
}

/**
 * Staff who have a factor change their factors in a session that began with one. A stolen password could else give itself
 * a second factor of its own.
 */
export async function demandStrongStaff(queries: Queries, { actor, sessionId }: Asking): Promise<void> {
  if (actor.kind !== 'staff') return
  const { hasFactor, isStrong } = await findStrength(queries, actor.id, sessionId)
  if (hasFactor && !isStrong) throw signInAgain('Sign in with your passkey or a code first.')
}

/** The session in which the first factor of all is set up has shown that factor. Call it before that is stored. */
export async function strengthenFirst(tx: Tx, { actor, sessionId }: Asking): Promise<void> {
  if (!('id' in actor) || sessionId === undefined) return
  const { hasFactor } = await findStrength(tx, actor.id, sessionId)
  if (!hasFactor) await strengthenById(tx, sessionId)
}
