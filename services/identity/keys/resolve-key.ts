import type { Queries } from '@rialto/kit/database'
import type { Profile } from '../contract.ts'
import { findKey, touchKey } from './key-store.ts'
import { effective, hashOf } from './secret.ts'

/** Who acts by the key: it, as staff with its own permissions, so that what it does is told from what its owner does. */
export async function resolveKey(queries: Queries, secret: string, now: Date): Promise<Profile | undefined> {
  const key = await findKey(queries, hashOf(secret), now)
  if (!key) return undefined
  await touchKey(queries, key.id, now)
  const { id, email, name, createdAt } = key
  const permissions = effective(key.permissions, key.held)
  return { id, email, name, role: 'staff', permissions, createdAt, version: 1 }
}
