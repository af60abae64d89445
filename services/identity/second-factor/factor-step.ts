import type { FactorStep } from '@rialto/kit/access'
import type { Profile } from '../contract.ts'
import type { Strength } from './strength-store.ts'

/**
 * What is still to be done before a member of the staff may act. Who has a factor must have shown it in this session: a
 * stolen password would else be all that it takes, where the factor is a passkey.
 */
export function factorStepOf({ isDemanded, hasFactor, isStrong }: Strength): FactorStep | undefined {
  if (!isDemanded) return undefined
  if (!hasFactor) return 'set-up'
  return isStrong ? undefined : 'sign-in-again'
}

/** Staff who still have a step to do, as the rest of the shop sees them: with that step, and nothing that they may do. */
export function heldBack(profile: Profile, factorStep: FactorStep | undefined): Profile {
  return factorStep ? { ...profile, permissions: [], factorStep } : profile
}
