import type { Queries } from '@rialto/kit/database'
import { tooManyRequests } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import { type AttemptLimits, forgetAttempts, noteAttempt } from './attempt-store.ts'
import type { Started } from './auth.ts'
import { type identity, type Session, wrongCredentials } from './contract.ts'
import { identifyGuest } from './identify-guest.ts'
import type { Own } from './own.ts'
import { normalEmail, profileOf } from './profile.ts'
import { forgetEndedSessions, nameSession } from './sessions/session-store.ts'

export const limits: AttemptLimits = { perKey: 10, inAll: 1_000, windowMs: 15 * 60_000 }

/** Answers the same, after the same work, whether the e-mail is unknown or the password is wrong. */
export const signIn: Handler<typeof identity.signIn, Own> = async (
  { email: typed, password, device },
  { own, actor, database, now },
) => {
  const email = normalEmail(typed)
  await demandTries(database, email, now())
  const started = await own.auth.signIn(database, { email, password })
  if (started === 'wrong-credentials') throw wrongCredentials('The e-mail or the password is wrong.')
  const { account, key } = started
  await database.transaction(async (tx) => {
    await forgetAttempts(tx, { kind: 'sign-in', key: email })
    await forgetEndedSessions(tx, account.id, now())
    await nameSession(tx, { key, device, now: now() })
    identifyGuest(tx, actor, account, now())
  })
  return sessionOf(started)
}

export function sessionOf({ token, expiresAt, account }: Started): Session {
  return { token, expiresAt, profile: profileOf(account) }
}

/** Wherever a password is asked for, the tries of its account are counted together. */
export async function demandTries(queries: Queries, email: string, now: Date): Promise<void> {
  if (await noteAttempt(queries, { kind: 'sign-in', key: email, now, limits })) return
  throw tooManyRequests('There were too many wrong passwords. Wait 15 minutes and try again.')
}
