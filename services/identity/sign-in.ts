import type { Actor } from '@rialto/kit/access'
import type { Database, Queries, Tx } from '@rialto/kit/database'
import { tooManyRequests } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import { type AttemptLimits, forgetAttempts, noteAttempt } from './attempt-store.ts'
import type { Started } from './auth.ts'
import { type identity, type Session, secondFactorRequired, wrongCredentials } from './contract.ts'
import { identifyGuest } from './identify-guest.ts'
import type { Own } from './own.ts'
import { findHolder } from './passwords/password-store.ts'
import { normalEmail, profileOf } from './profile.ts'
import { findSecondFactor } from './second-factor/second-factor-store.ts'
import { dropSession, forgetEndedSessions, nameSession } from './sessions/session-store.ts'
import { type Proof, stillHolds } from './ways-in-store.ts'

export const limits: AttemptLimits = { perKey: 10, inAll: 1_000, windowMs: 15 * 60_000 }

/** Answers the same, after the same work, whether the e-mail is unknown or the password is wrong. */
export const signIn: Handler<typeof identity.signIn, Own> = async (
  { email: typed, password, device },
  { own, actor, database, now, userAgent },
) => {
  const email = normalEmail(typed)
  await demandTries(database, email, now())
  const holder = await findHolder(database, { email })
  const started = await own.auth.signIn(database, { email, password })
  if (started === 'wrong-credentials' || !holder) throw wrong()
  const proof = { accountId: holder.id, of: holder.hash }
  await demandSecondFactor(started, proof, { own, database, now: now() })
  const settling = { started, proof, device: device ?? userAgent, actor, now: now() }
  if (await database.transaction((tx) => settle(tx, settling))) return sessionOf(started)
  throw wrong()
}

function wrong() {
  return wrongCredentials('The e-mail or the password is wrong.')
}

/** With the password alone one gets no further than to the question for a code. */
async function demandSecondFactor(
  { account, key }: Started,
  proof: Proof,
  { own, database, now }: { own: Own; database: Database; now: Date },
): Promise<void> {
  const factor = await findSecondFactor(database, account.id)
  if (!factor?.confirmedAt) return
  // Nobody has seen its token.
  await dropSession(database, key)
  const challenge = own.codes.challenge(proof, now)
  throw secondFactorRequired('Give the code that your app shows now.', { challenge })
}

interface Settling {
  readonly started: Started
  /** What was shown for it. */
  readonly proof: Proof
  readonly device: string | undefined
  readonly actor: Actor
  readonly now: Date
}

/**
 * What goes with every session that starts. False, and the session is gone, when what was shown was taken away meanwhile:
 * a new password ends all sessions, and so must not miss one that is just beginning.
 */
export async function settle(tx: Tx, { proof, ...begun }: Settling): Promise<boolean> {
  if (!(await stillHolds(tx, proof))) {
    await dropSession(tx, begun.started.key)
    return false
  }
  await begin(tx, begun)
  return true
}

/** What every session that starts brings with it. */
export async function begin(
  tx: Tx,
  { started: { account, key }, device, actor, now }: Omit<Settling, 'proof'>,
): Promise<void> {
  await forgetAttempts(tx, { kind: 'sign-in', key: account.email })
  await forgetEndedSessions(tx, account.id, now)
  await nameSession(tx, { key, device, now })
  identifyGuest(tx, actor, account, now)
}

export function sessionOf({ token, expiresAt, account }: Started): Session {
  return { token, expiresAt, profile: profileOf(account) }
}

/** Wherever a password is asked for, the tries of its account are counted together. */
export async function demandTries(queries: Queries, email: string, now: Date): Promise<void> {
  if (await noteAttempt(queries, { kind: 'sign-in', key: email, now, limits })) return
  throw tooManyRequests('There were too many wrong passwords. Wait 15 minutes and try again.')
}
