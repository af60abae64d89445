import { type Queries, sql, type Tx } from '@rialto/kit/database'
import type { Authorization, GatewayRefund } from '../gateway.ts'
import type { Outcome } from './card.ts'
import type { Hold } from './hold.ts'

// The books of the sandbox gateway. They stand in this database for want of another, and share nothing with it.

const columns = sql`reference, outcome, state, held_from, challenge_id, challenge_until`

export async function keepToken(
  queries: Queries,
  { token, outcome, last4, expiresAt }: { token: string; outcome: Outcome; last4: string; expiresAt: Date },
): Promise<void> {
  await queries.run`
    insert into sandbox_tokens (token, outcome, last4, expires_at)
    values (${token}, ${outcome}, ${last4}, ${expiresAt})`
}

export async function forgetTokens(queries: Queries, now: Date): Promise<void> {
  await queries.run`
    delete from sandbox_tokens where token = any(array(
      select token from sandbox_tokens where expires_at <= ${now} limit 10000 for update skip locked))`
}

export interface Times {
  readonly now: Date
  readonly lateFrom: Date
  readonly challengeUntil: Date
}

/** Does with the card what its token says. Undefined if the token is not valid, or the reference is known. */
export function addHold(
  queries: Queries,
  { reference, amount, token, returnUrl }: Authorization,
  challengeId: string,
  { now, lateFrom, challengeUntil }: Times,
): Promise<Hold | undefined> {
  return queries.row<Hold>`
    insert into sandbox_holds
      (reference, outcome, state, amount, currency, held_from, challenge_id, challenge_until, return_url)
    select ${reference}, outcome,
      case outcome when 'challenge' then 'challenge' when 'declined' then 'declined'
        when 'expired' then 'declined' else 'held' end,
      ${amount.amount}, ${amount.currency},
      case outcome when 'late' then ${lateFrom}::timestamptz else ${now}::timestamptz end,
      case outcome when 'challenge' then ${challengeId} end,
      case outcome when 'challenge' then ${challengeUntil}::timestamptz end, ${returnUrl}
    from sandbox_tokens where token = ${token} and expires_at > ${now}::timestamptz
    on conflict (reference) do nothing returning ${columns}`
}

export function findHold(queries: Queries, reference: string): Promise<Hold | undefined> {
  return queries.row<Hold>`select ${columns} from sandbox_holds where reference = ${reference}`
}

export function captureHold(queries: Queries, reference: string, now: Date): Promise<Hold | undefined> {
  return queries.row<Hold>`
    update sandbox_holds set state = 'captured'
    where reference = ${reference} and state = 'held' and held_from <= ${now} returning ${columns}`
}

/** A reference that is not known yet is closed for good. Undefined if there is nothing left to void. */
export function voidHold(queries: Queries, reference: string, now: Date): Promise<Hold | undefined> {
  return queries.row<Hold>`
    insert into sandbox_holds (reference, outcome, state, amount, currency, held_from, return_url)
    values (${reference}, 'approved', 'voided', 0, 'XXX', ${now}, '')
    on conflict (reference) do update set state = 'voided' where sandbox_holds.state in ('held', 'challenge')
    returning ${columns}`
}

/** Whether the refund is in the books, now or before. It is refused above what was captured. */
export async function addRefund(tx: Tx, { reference, refundId, amount }: GatewayRefund): Promise<boolean> {
  const [, refunded] = await Promise.all([
    tx.run`select from sandbox_holds where reference = ${reference} for update`,
    // Sees what was written while the first statement waited for the lock.
    tx.row`
      with added as (
        insert into sandbox_refunds (refund_id, reference, amount)
        select ${refundId}, reference, ${amount.amount} from sandbox_holds
        where reference = ${reference} and state = 'captured' and currency = ${amount.currency}
          and refunded + ${amount.amount} <= amount
        on conflict do nothing returning amount
      ), booked as (
        update sandbox_holds set refunded = refunded + added.amount from added where reference = ${reference}
      )
      select amount from added
      union all select amount from sandbox_refunds where refund_id = ${refundId} and reference = ${reference}`,
  ])
  return refunded !== undefined
}

export interface Challenge extends Hold {
  readonly amount: number
  readonly currency: string
  readonly returnUrl: string
}

export function findChallenge(queries: Queries, id: string): Promise<Challenge | undefined> {
  return queries.row<Challenge>`
    select ${columns}, amount, currency, return_url from sandbox_holds where challenge_id = ${id}`
}

/** The first answer counts. False if it was answered before, or came too late. */
export async function decideChallenge(
  queries: Queries,
  id: string,
  { approve, now }: { approve: boolean; now: Date },
): Promise<boolean> {
  const decided = await queries.run`
    update sandbox_holds set state = ${approve ? 'held' : 'declined'}, held_from = ${now}
    where challenge_id = ${id} and state = 'challenge' and challenge_until > ${now}`
  return decided === 1
}
