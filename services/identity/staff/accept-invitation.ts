import type { Handler } from '@rialto/kit/service'
import type { identity } from '../contract.ts'
import { demandLink, useLink } from '../links/use-link.ts'
import type { Own } from '../own.ts'
import { hashPassword } from '../password.ts'
import { markVerified } from '../passwords/password-store.ts'

export const acceptInvitation: Handler<typeof identity.acceptInvitation, Own> = async (
  { token, password },
  { own, database, now },
) => {
  const use = { own, token, purpose: 'accept-invitation', now: now() } as const
  await demandLink(database, use)
  const hash = await hashPassword(password)
  await database.transaction(async (tx) => {
    const { accountId } = await useLink(tx, use)
    await own.auth.addPassword(tx, { accountId, hash })
    await markVerified(tx, accountId, now())
  })
  return null
}
