import { emit } from '@rialto/kit/outbox'
import type { Handler } from '@rialto/kit/service'
import { findAccount } from '../account-store.ts'
import { forgetAttempts } from '../attempt-store.ts'
import { type identity, linkExpired, passwordChanged } from '../contract.ts'
import { demandLink, useLink } from '../links/use-link.ts'
import type { Own } from '../own.ts'
import { hashPassword } from '../password.ts'
import { endSessions } from '../sessions/session-store.ts'
import { markVerified, replaceHash } from './password-store.ts'

/**
 * Sets a new password and ends every session, as somebody else may know the old one. It starts none: whoever has the
 * link signs in like everybody.
 */
export const resetPassword: Handler<typeof identity.resetPassword, Own> = async (
  { token, password },
  { own, database, now },
) => {
  const use = { own, token, purpose: 'reset-password', now: now() } as const
  await demandLink(database, use)
  const hash = await hashPassword(password)
  await database.transaction(async (tx) => {
    const { accountId } = await useLink(tx, use)
    const account = await findAccount(tx, accountId)
    if (!account) throw linkExpired('The account is no longer there.')
    const isReplaced = await replaceHash(tx, { id: accountId, to: hash, now: now() })
    if (!isReplaced) await own.auth.addPassword(tx, { accountId, hash })
    await markVerified(tx, accountId, now())
    await endSessions(tx, accountId)
    for (const kind of ['sign-in', 'reset-password'] as const)
      await forgetAttempts(tx, { kind, key: account.email })
    tellChange(tx, account, now())
  })
  return null
}

type Told = { readonly id: string; readonly email: string; readonly name: string }

/** A password has no version of its own; the later change counts as the higher one. */
export function tellChange(tx: Parameters<typeof emit>[0], { id, email, name }: Told, now: Date): void {
  emit(tx, passwordChanged, { accountId: id, email, name }, { id, version: now.getTime() })
}
