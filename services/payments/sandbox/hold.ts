import type { Standing } from '../gateway.ts'
import type { Outcome } from './card.ts'

/** A line in the sandbox gateway's books. */
export interface Hold {
  readonly reference: string
  readonly outcome: Outcome
  readonly state: 'held' | 'declined' | 'challenge' | 'captured' | 'voided'
  /** A late approval counts from here on. */
  readonly heldFrom: string
  readonly challengeId: string | null
  readonly challengeUntil: string | null
}

export const lateMs = 3_000
export const challengeMs = 30 * 60_000
export const tokenMs = 60 * 60_000

/** What the sandbox answers about a hold at that time. */
export function standingOf(hold: Hold | undefined, now: Date): Standing {
  if (!hold) return { kind: 'none' }
  switch (hold.state) {
    case 'held':
      return Date.parse(hold.heldFrom) <= now.getTime() ? { kind: 'authorized' } : { kind: 'unknown' }
    case 'challenge':
      return challengeOf(hold, now)
    case 'declined':
      return refusalOf(hold.outcome)
    default:
      return { kind: hold.state }
  }
}

/** Whether the shopper can still answer. */
export function isChallengeOpen({ state, challengeUntil }: Hold, now: Date): boolean {
  return state === 'challenge' && challengeUntil !== null && Date.parse(challengeUntil) > now.getTime()
}

export const unknownToken: Standing = {
  kind: 'declined',
  reason: 'The card details are no longer valid. Please enter them again.',
  field: 'number',
}

function challengeOf(hold: Hold, now: Date): Standing {
  if (isChallengeOpen(hold, now)) {
    return { kind: 'action-required', redirectUrl: `/sandbox-gateway/challenge/${hold.challengeId}` }
  }
  return { kind: 'declined', reason: 'The payment was not confirmed in time.' }
}

function refusalOf(outcome: Outcome): Standing {
  if (outcome === 'expired') return { kind: 'declined', reason: 'Your card has expired.', field: 'expiry' }
  if (outcome === 'challenge') return { kind: 'declined', reason: 'The payment was not confirmed.' }
  return { kind: 'declined', reason: 'Your card was declined.' }
}
