import type { Queries } from '@rialto/kit/database'
import type { Profile } from '../contract.ts'
import { factorStepOf, heldBack } from '../second-factor/factor-step.ts'
import { findStrength } from '../second-factor/strength-store.ts'
import { findKey, touchKey } from './key-store.ts'
import { effective, hashOf } from './secret.ts'

/**
 * Who acts by the key: it, as staff with its own permissions, so that what it does is told from what its owner does. It
 * shows no factor itself, but its owner must have one where the shop demands it.
 */
export async function resolveKey(queries: Queries, secret: string, now: Date): Promise<Profile | undefined> {
  const key = await findKey(queries, hashOf(secret), now)
  if (!key) return undefined
  await touchKey(queries, key.id, now)
  const { id, email, name, createdAt } = key
  const permissions = effective(key.permissions, key.held)
  const profile = { id, email, name, role: 'staff', permissions, createdAt, version: 1 } as const
  const owner = await findStrength(queries, key.ownerId, undefined)
  return heldBack(profile, factorStepOf({ ...owner, isStrong: true }))
}
