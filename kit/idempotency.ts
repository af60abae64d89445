import { createHash } from 'node:crypto'
import { type Actor, identities } from './access.ts'
import { type Database, json, type Queries } from './database.ts'
import { keyReused, requestInProgress } from './problem.ts'

/** A request under a key: whose key it is, for what, and what was asked. */
export interface Keyed {
  readonly actor: string
  readonly operation: string
  readonly key: string
  readonly bodyHash: string
}

/** An answer that was stored under the key before. */
export interface Answered {
  readonly result: unknown
}

export function keyed(actor: Actor, operation: string, key: string, input: unknown): Keyed {
  const owner =
    'id' in actor ? actor.id : (identities(actor)[0] ?? ('name' in actor ? actor.name : actor.kind))
  return { actor: owner, operation, key, bodyHash: hashOf(input) }
}

/** Fingerprint of a request, by which the same key with another body is recognised. */
export function hashOf(input: unknown): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('base64url')
}

/**
 * Claims the key within the transaction that does the work. A second request waits here until the first one
 * has committed, and then finds its answer.
 */
export async function claim(
  queries: Queries,
  request: Keyed,
  at: Date,
  state: 'running' | 'done',
): Promise<Answered | undefined> {
  const { actor, operation, key, bodyHash } = request
  const claimed = await queries.run`
    insert into rialto.idempotency (actor, operation, key, body_hash, state, at)
    values (${actor}, ${operation}, ${key}, ${bodyHash}, ${state}, ${at}) on conflict do nothing`
  if (claimed === 1) return undefined
  const known = await queries.row<{ bodyHash: string; state: string; result: unknown; at: string }>`
    select body_hash, state, result, at from rialto.idempotency
    where actor = ${actor} and operation = ${operation} and key = ${key}`
  if (!known) throw requestInProgress('The first request under this key was just given up. Send it again.')
  if (known.bodyHash !== bodyHash) {
    throw keyReused('This Idempotency-Key was used for a different request. Use a new key for a new request.')
  }
  if (known.state === 'done') return { result: known.result }
  return takeOver(queries, request, known.at, at)
}

export async function storeAnswer(
  queries: Queries,
  { actor, operation, key }: Keyed,
  result: unknown,
): Promise<void> {
  await queries.run`
    update rialto.idempotency set state = 'done', result = ${json(result ?? null)}
    where actor = ${actor} and operation = ${operation} and key = ${key}`
}

/** After a failure the key is free again: nothing was changed, and the next attempt may succeed. */
export async function giveUp(queries: Queries, { actor, operation, key }: Keyed): Promise<void> {
  await queries.run`
    delete from rialto.idempotency
    where actor = ${actor} and operation = ${operation} and key = ${key} and state = 'running'`
}

export const keptHours = 24
const purgeLimit = 5_000

/** Forgets old answers and old records of heard events. */
export async function purge(database: Database, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptHours * 3_600_000)
  await database.run`delete from rialto.idempotency where ctid = any(array(
    select ctid from rialto.idempotency where at < ${before} limit ${purgeLimit}))`
  const heardBefore = new Date(now.getTime() - 14 * 24 * 3_600_000)
  await database.run`delete from rialto.inbox where id in (
    select id from rialto.inbox where state = 'done' and due_at < ${heardBefore} limit ${purgeLimit})`
}

const leaseMs = 60_000

/** A request that has been running for longer than its lease died on the way; the newcomer takes its place. */
async function takeOver(
  queries: Queries,
  { actor, operation, key }: Keyed,
  seen: string,
  now: Date,
): Promise<undefined> {
  const expired = Date.parse(seen) + leaseMs < now.getTime()
  const taken =
    expired &&
    (await queries.run`update rialto.idempotency set at = ${now}
      where actor = ${actor} and operation = ${operation} and key = ${key} and at = ${seen} and state = 'running'`) ===
      1
  if (!taken)
    throw requestInProgress('The same request is still running. Wait for its answer or repeat it later.')
}
