import type { Actor } from '@rialto/kit/access'
import type { Queries, Tx } from '@rialto/kit/database'
import { conflict } from '@rialto/kit/problem'
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

/** Undoes the removal of the last factor of staff where the shop demands one. Call it with the account locked. */
export async function demandFactorLeft(tx: Tx, { actor }: Asking): Promise<void> {
  if (actor.kind !== 'staff') return
  const { isDemanded, hasFactor } = await findStrength(tx, actor.id, undefined)
  if (isDemanded && !hasFactor)
    throw conflict('This shop wants a second factor of its staff. Set up another one before you remove this.')
}

/** The session in which the first factor of all is set up has shown that factor. Call it before that is stored. */
export async function strengthenFirst(tx: Tx, { actor, sessionId }: Asking): Promise<void> {
  if (!('id' in actor) || sessionId === undefined) return
  const { hasFactor } = await findStrength(tx, actor.id, sessionId)
  if (!hasFactor) await strengthenById(tx, sessionId)
}
