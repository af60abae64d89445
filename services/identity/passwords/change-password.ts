import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import { forgetAttempts } from '../attempt-store.ts'
import { type identity, wrongPassword } from '../contract.ts'
import { signedIn } from '../get-profile.ts'
import { hashPassword, verifyPassword } from '../password.ts'
import { endSessions } from '../sessions/session-store.ts'
import { demandTries } from '../sign-in.ts'
import { findHolder, replaceHash } from './password-store.ts'
import { tellChange } from './reset-password.ts'

/** A session alone does not take over an account: the present password is asked for, and its tries are counted. */
export const changePassword: Handler<typeof identity.changePassword> = async (
  { currentPassword, password },
  { actor, database, now, sessionId },
) => {
  const holder = await findHolder(database, { id: signedIn(actor) })
  if (!holder) throw notFound('The account is no longer there, or has no password.')
  await demandTries(database, holder.email, now())
  const isRight = await verifyPassword({ hash: holder.hash, password: currentPassword })
  if (!isRight) throw wrongPassword('The present password is wrong.')
  const hash = await hashPassword(password)
  await database.transaction(async (tx) => {
    // Of two who change it at once, the second no longer knows the present one.
    const isReplaced = await replaceHash(tx, { id: holder.id, from: holder.hash, to: hash, now: now() })
    if (!isReplaced) throw wrongPassword('The password was changed meanwhile.')
    await endSessions(tx, holder.id, sessionId)
    await forgetAttempts(tx, { kind: 'sign-in', key: holder.email })
    tellChange(tx, holder, now())
  })
  return null
}
