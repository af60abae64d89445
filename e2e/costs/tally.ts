import type pg from 'pg'
import type { Statement } from './statements.ts'

/** What one operation costs, counted and not timed, until it has answered. What follows by events and jobs is not in it. */
export interface Cost {
  readonly statements: number
  /** How often an answer of a database was waited for anew. */
  readonly roundTrips: number
  readonly commits: number
  /** Calls of one service to another. */
  readonly calls: number
  /** Of the answer to the client, head and body, not compressed. */
  readonly bytes: number
  /** Objects and texts that were made meanwhile, in KiB, by the gateway and all services that were asked. */
  readonly allocatedKiB: number
}

export interface Tally {
  statements: string[]
  roundTrips: number
  commits: number
  handlers: number
}

export function newTally(): Tally {
  return { statements: [], roundTrips: 0, commits: 0, handlers: 0 }
}

/**
 * Adds statements to the present tally, a transaction as a whole. Only one request may be under way: what is sent for
 * several callers at once belongs to none of them.
 */
export function createBooks(present: () => Tally | undefined): (statement: Statement) => void {
  const open = new Map<pg.Client, Statement[]>()
  return (statement) => {
    const { client, text } = statement
    const before = open.get(client)
    if (/^\s*begin\b/i.test(text)) open.set(client, [statement])
    else if (!before) book([statement], present())
    else if (/^\s*(commit|rollback)\b/i.test(text)) {
      open.delete(client)
      book([...before, statement], present())
    } else before.push(statement)
  }
}

/** What is done for others is not of the request, though it may have woken them. */
function book(statements: readonly Statement[], tally: Tally | undefined): void {
  if (!tally || statements.some(({ text, byItself }) => byItself || isOfOthers.test(text))) return
  const writes = statements.some(({ text }) => /\b(insert into|update|delete from)\b/i.test(text))
  const undone = /^\s*rollback/i.test(statements.at(-1)?.text ?? '')
  tally.statements.push(
    ...statements.map(({ text }) => text).filter((text) => !/^\s*(begin|commit)\b/i.test(text)),
  )
  tally.roundTrips += statements.filter(({ waited }) => waited).length
  if (writes && !undone) tally.commits++
}

/** Of relay and inbox; and rules of the shop that are read once a second for all who ask meanwhile. */
const isOfOthers =
  /rialto\.inbox|(delete from|update|from) rialto\.outbox|coupon is null|from tax_rates|from delivery_methods/i
