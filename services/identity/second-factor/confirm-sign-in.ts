import type { Handler } from '@rialto/kit/service'
import { challengeExpired, type identity } from '../contract.ts'
import type { Own } from '../own.ts'
import { strengthen } from '../sessions/session-store.ts'
import { sessionOf, settle } from '../sign-in.ts'
import { findProofs } from '../ways-in-store.ts'
import { demandCode, demandCodeTries } from './demand-code.ts'

/** The second step of signing in: the challenge says that the first one was right, the code comes with it. */
export const confirmSignIn: Handler<typeof identity.confirmSignIn, Own> = async (
  { challenge, code, device },
  { own, actor, database, now, userAgent },
) => {
  const accountId = own.codes.accountOf(challenge)
  const proofs = accountId === undefined ? [] : await findProofs(database, accountId)
  const proof = proofs.find((one) => own.codes.isGood(challenge, one, now()))
  if (!proof) throw tooLate()
  await demandCodeTries(database, proof.accountId, now())
  return database.transaction(async (tx) => {
    await demandCode(tx, { own, accountId: proof.accountId, code, now: now() })
    const started = await own.auth.start(tx, proof.accountId)
    const settling = { started, proof, device: device ?? userAgent, actor, now: now() }
    if (!(await settle(tx, settling))) throw tooLate()
    await strengthen(tx, started.key)
    return sessionOf(started)
  })
}

function tooLate() {
  return challengeExpired('It took too long. Sign in again.')
}
