import type { Handler } from '@rialto/kit/service'
import { forgetAttempts } from '../attempt-store.ts'
import { type identity, wrongPassword } from '../contract.ts'
import { hashPassword } from '../password.ts'
import { endSessions } from '../sessions/session-store.ts'
import { demandPassword } from './demand-password.ts'
import { replaceHash } from './password-store.ts'
import { tellChange } from './reset-password.ts'

export const changePassword: Handler<typeof identity.changePassword> = async (
  { currentPassword, password },
  context,
) => {
  const { database, now, sessionId } = context
  const holder = await demandPassword(context, currentPassword)
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
