import { notFound, versionConflict } from '@rialto/kit/problem'
import type { WriteHandler } from '@rialto/kit/service'
import { findAccount, renameAccount } from './account-store.ts'
import type { identity } from './contract.ts'
import { signedIn } from './get-profile.ts'
import { profileOf } from './profile.ts'

export const updateProfile: WriteHandler<typeof identity.updateProfile> = async (
  { name },
  { tx, actor, whose, expectedVersion, now },
) => {
  const id = signedIn(actor)
  const changed = await renameAccount(tx, whose, { id, name, expectedVersion, now: now() })
  if (changed) return profileOf(changed)
  const account = await findAccount(tx, id)
  if (!account) throw notFound('The account is no longer there.')
  throw versionConflict('The profile was changed meanwhile.', { currentVersion: account.version })
}
