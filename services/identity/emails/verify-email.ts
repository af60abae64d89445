import { notFound, tooManyRequests } from '@rialto/kit/problem'
import type { WriteHandler } from '@rialto/kit/service'
import { findAccount } from '../account-store.ts'
import { type AttemptLimits, noteAttempt } from '../attempt-store.ts'
import type { identity } from '../contract.ts'
import { signedIn } from '../get-profile.ts'
import { useLink } from '../links/use-link.ts'
import type { Own } from '../own.ts'
import { markVerified } from '../passwords/password-store.ts'
import { askToVerify } from './ask-to-verify.ts'

export const limits: AttemptLimits = { perKey: 5, inAll: 10_000, windowMs: 3_600_000 }

export const requestEmailVerification: WriteHandler<typeof identity.requestEmailVerification> = async (
  _input,
  { tx, actor, now, newId },
) => {
  const account = await findAccount(tx, signedIn(actor))
  if (!account) throw notFound('The account is no longer there.')
  if (account.emailVerified) return null
  if (!(await noteAttempt(tx, { kind: 'verify-email', key: account.id, now: now(), limits })))
    throw tooManyRequests('The link was sent several times already. Wait an hour and try again.')
  await askToVerify(tx, { linkId: newId('link'), account, now: now() })
  return null
}

/** Needs no session: the link may be opened in another browser, and proves all that is to be proved. */
export const verifyEmail: WriteHandler<typeof identity.verifyEmail, Own> = async (
  { token },
  { tx, own, now },
) => {
  const { accountId } = await useLink(tx, { own, token, purpose: 'verify-email', now: now() })
  await markVerified(tx, accountId, now())
  return null
}
