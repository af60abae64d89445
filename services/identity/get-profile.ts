import type { Actor } from '@rialto/kit/access'
import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import { findAccount } from './account-store.ts'
import type { identity } from './contract.ts'
import { profileOf } from './profile.ts'

export const getProfile: Handler<typeof identity.getProfile> = async (_input, { actor, database }) => {
  const account = await findAccount(database, signedIn(actor))
  if (!account) throw notFound('The account is no longer there.')
  const step = actor.kind === 'staff' && actor.factorStep
  return { ...profileOf(account), ...(step && { factorStep: step }) }
}

/** The account that acts. Operations for customers and staff admit nobody else. */
export function signedIn(actor: Actor): string {
  if (actor.kind !== 'customer' && actor.kind !== 'staff') throw new Error(`${actor.kind} has no account`)
  return actor.id
}
