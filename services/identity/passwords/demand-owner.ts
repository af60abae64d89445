import type { Actor } from '@rialto/kit/access'
import type { Database } from '@rialto/kit/database'
import { notFound } from '@rialto/kit/problem'
import { findAccount } from '../account-store.ts'
import { signInAgain, wrongPassword } from '../contract.ts'
import { signedIn } from '../get-profile.ts'
import { beganSince } from '../sessions/session-store.ts'
import { demandPassword } from './demand-password.ts'
import { findHolder } from './password-store.ts'

export const freshMinutes = 15

interface Asking {
  readonly actor: Actor
  readonly database: Database
  readonly now: () => Date
  readonly sessionId?: string
}

/**
 * A session alone takes over no account: the present password is asked for. Who has none must have signed in just now,
 * by a provider or a passkey.
 */
export async function demandOwner(
  context: Asking,
  password: string | undefined,
): Promise<{ id: string; email: string; name: string }> {
  const { actor, database, now, sessionId } = context
  const id = signedIn(actor)
  if (await findHolder(database, { id })) {
    if (password === undefined) throw wrongPassword('Give your present password.')
    return demandPassword(context, password)
  }
  const account = await findAccount(database, id)
  if (!account) throw notFound('The account is no longer there.')
  const since = new Date(now().getTime() - freshMinutes * 60_000)
  if (sessionId !== undefined && (await beganSince(database, { id: sessionId, accountId: id, since })))
    return account
  throw signInAgain(`Sign in again, and do this within ${freshMinutes} minutes.`)
}
