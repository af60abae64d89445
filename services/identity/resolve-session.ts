import type { Handler } from '@rialto/kit/service'
import type { identity } from './contract.ts'
import type { Own } from './own.ts'
import { profileOf } from './profile.ts'
import { touchSession } from './sessions/session-store.ts'

export const resolveSession: Handler<typeof identity.resolveSession, Own> = async (
  { token },
  { own, database, now },
) => {
  const found = await own.auth.resolve(database, token)
  if (found) await touchSession(database, found.sessionId, now())
  return found ? { profile: profileOf(found.account), sessionId: found.sessionId } : {}
}
