import type { Handler } from '@rialto/kit/service'
import type { identity } from './contract.ts'
import { resolveKey } from './keys/resolve-key.ts'
import { isKey } from './keys/secret.ts'
import type { Own } from './own.ts'
import { profileOf } from './profile.ts'
import { factorStepOf, heldBack } from './second-factor/factor-step.ts'
import { findStrength } from './second-factor/strength-store.ts'
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
  if (!found) return {}
  const { account, sessionId } = found
  await touchSession(database, sessionId, now())
  const profile = profileOf(account)
  if (profile.role !== 'staff') return { profile, sessionId }
  const step = factorStepOf(await findStrength(database, profile.id, sessionId))
  return { profile: heldBack(profile, step), sessionId }
}
