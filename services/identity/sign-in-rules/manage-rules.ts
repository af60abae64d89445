import { conflict, versionConflict } from '@rialto/kit/problem'
import type { Handler, WriteHandler } from '@rialto/kit/service'
import { lockStaff } from '../account-store.ts'
import { note } from '../audit/note.ts'
import type { identity } from '../contract.ts'
import { signedIn } from '../get-profile.ts'
import { demandStrongStaff } from '../second-factor/strength.ts'
import { findStrength } from '../second-factor/strength-store.ts'
import { findRules, lockRules, saveRules } from './rules-store.ts'

export const getSignInRules: Handler<typeof identity.getSignInRules> = (_input, { database }) =>
  findRules(database)

export const setSignInRules: WriteHandler<typeof identity.setSignInRules> = async (
  { staffNeedSecondFactor },
  context,
) => {
  const { tx, actor, expectedVersion } = context
  // Locked, so that nobody gives up their own factor while they demand one.
  const person = await lockStaff(tx, signedIn(actor))
  if (!person) throw conflict('People decide this, not keys: sign in with your own account.')
  if (staffNeedSecondFactor && !(await findStrength(tx, person.id, undefined)).hasFactor)
    throw conflict('Set up a second factor of your own first: you would lock yourself out.')
  await demandStrongStaff(tx, context)
  const rules = await lockRules(tx)
  if (expectedVersion !== undefined && expectedVersion !== rules.version)
    throw versionConflict('The rules were changed meanwhile.', { currentVersion: rules.version })
  if (rules.staffNeedSecondFactor === staffNeedSecondFactor) return rules
  const changed = { staffNeedSecondFactor, version: rules.version + 1 }
  await saveRules(tx, changed)
  const what = staffNeedSecondFactor ? 'second-factor-demanded' : 'second-factor-left-free'
  await note(tx, context, { action: `sign-in-rules.${what}`, subjectId: 'shop' })
  return changed
}
