import type { Handler } from '@rialto/kit/service'
import type { identity } from './contract.ts'
import type { Own } from './own.ts'
import { profileOf } from './profile.ts'

export const resolveSession: Handler<typeof identity.resolveSession, Own> = async (
  { token },
  { own, database },
) => {
  const account = await own.auth.resolve(database, token)
  return account ? { profile: profileOf(account) } : {}
}
