import type { Handler } from '@rialto/kit/service'
import type { identity } from './contract.ts'
import type { Own } from './own.ts'
import { profileOf } from './profile.ts'

export const resolveSession: Handler<typeof identity.resolveSession, Own> = async (
  { token },
  { own, database },
) => {
  const found = await own.auth.resolve(database, token)
  return found ? { profile: profileOf(found.account), sessionId: found.sessionId } : {}
}
