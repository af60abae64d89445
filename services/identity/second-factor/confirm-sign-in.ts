import type { Handler } from '@rialto/kit/service'
import { challengeExpired, type identity } from '../contract.ts'
import type { Own } from '../own.ts'
import { findHolder } from '../passwords/password-store.ts'
import { sessionOf, settle } from '../sign-in.ts'
import { demandCode, demandCodeTries } from './demand-code.ts'

/** The second step of signing in: the challenge says that the password was right, the code comes with it. */
export const confirmSignIn: Handler<typeof identity.confirmSignIn, Own> = async (
  { challenge, code, device },
  { own, actor, database, now, userAgent },
) => {
  const accountId = own.codes.accountOf(challenge)
  const holder = accountId === undefined ? undefined : await findHolder(database, { id: accountId })
  if (!holder || !own.codes.isGood(challenge, { accountId: holder.id, hash: holder.hash }, now()))
    throw tooLate()
  await demandCodeTries(database, holder.id, now())
  return database.transaction(async (tx) => {
    await demandCode(tx, { own, accountId: holder.id, code, now: now() })
    const started = await own.auth.start(tx, holder.id)
    const settling = { started, holder, device: device ?? userAgent, actor, now: now() }
    if (await settle(tx, settling)) return sessionOf(started)
    throw tooLate()
  })
}

function tooLate() {
  return challengeExpired('It took too long. Sign in with your password again.')
}
