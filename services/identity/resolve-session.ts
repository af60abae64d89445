import type { Handler } from '@rialto/kit/service'
import type { identity } from './contract.ts'
import { resolveKey } from './keys/resolve-key.ts'
import { isKey } from './keys/secret.ts'
import type { Own } from './own.ts'
import { profileOf } from './profile.ts'
import { touchSession } from './sessions/session-store.ts'

export const resolveSession: Handler<typeof identity.resolveSession, Own> = async (
  { token },
  { own, database, now },
) => {
  if (isKey(token)) {
    const profile = await resolveKey(database, token, now())
    return profile ? { profile } : {}
  }
  const found = await own.auth.resolve(database, token)
  if (found) await touchSession(database, found.sessionId, now())
  return found ? { profile: profileOf(found.account), sessionId: found.sessionId } : {}
}
