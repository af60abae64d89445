import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { payments } from '../contract.ts'
import { isChallengeOpen } from './hold.ts'
import { findChallenge } from './sandbox-store.ts'

/** Tells the page of the "bank" what the shopper is to confirm. */
export const getSandboxChallenge: Handler<typeof payments.getSandboxChallenge> = async (
  { id },
  { database, now },
) => {
  const challenge = await findChallenge(database, id)
  if (!challenge) throw notFound('There is no such confirmation.')
  const { amount, currency, returnUrl, state } = challenge
  const approved = state === 'held' || state === 'captured'
  const status = isChallengeOpen(challenge, now()) ? 'open' : approved ? 'approved' : 'refused'
  return { id, amount: { amount, currency }, status, returnUrl }
}
