import { createHash } from 'node:crypto'
import { type Actor, identities } from './access.ts'
import { type Database, json, type Queries, type Sql, sql } from './database.ts'
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
 * Within the transaction that does the work: the answer under the key, if there is one. A second request waits here
 * until the first one has committed, and then finds its answer.
 */
export async function claim(tx: Queries, request: Keyed, at: Date): Promise<Answered | undefined> {
  return (await insert(tx, request, at, 'done')) ? undefined : answerOf(await find(tx, request))
}

export async function storeAnswer(tx: Queries, request: Keyed, result: unknown): Promise<void> {
  await tx.run`update rialto.idempotency set state = 'done', result = ${json(result ?? null)} where ${ofKey(request)}`
}

/** For so long a running request keeps its key, and renews that for as long as it runs. */
const leaseMs = 8_000
const renewEveryMs = 2_000
/** A request that has not ended by then hangs: its key is left to its lease. */
const heldLimitMs = 120_000

export interface Holding {
  readonly database: Database
  readonly now: () => Date
  readonly renewMs?: number
}

/**
 * Does work that no transaction surrounds once under its key, and keeps its answer. While it runs, others under the
 * key are refused; when its process dies, the next one takes its place within seconds. After a failure the key is
 * free again.
 */
export async function onceUnderKey(
  request: Keyed,
  { database, now, renewMs = renewEveryMs }: Holding,
  work: () => Promise<unknown>,
): Promise<unknown> {
  const begun = now()
  const answered = await hold(database, request, begun)
  if (answered) return answered.result
  const lease = keepLease(database, request, { begun, now, renewMs })
  try {
    const result = await work()
    const held = await lease.end()
    await database.run`
      update rialto.idempotency set state = 'done', result = ${json(result ?? null)} where ${ofHolder(request, held)}`
    return result
  } catch (error) {
    const held = await lease.end()
    // One that is left there by a database that is away ends with its lease.
    await database.run`delete from rialto.idempotency where ${ofHolder(request, held)}`.catch(() => {})
    throw error
  }
}

export const keptHours = 24
const purgeLimit = 5_000

/** Forgets old answers and old records of heard events. */
export async function purge(database: Database, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptHours * 3_600_000)
  await database.run`delete from rialto.idempotency where ctid = any(array(
    select ctid from rialto.idempotency where at < ${before} limit ${purgeLimit}))`
  const heardBefore = new Date(now.getTime() - 14 * 24 * 3_600_000)
  await database.run`delete from rialto.inbox where id = any(array(
    select id from rialto.inbox where state = 'done' and due_at < ${heardBefore} limit ${purgeLimit}))`
}

/** Takes the key, also from one who died with it, unless there is an answer already. */
async function hold(database: Database, request: Keyed, now: Date): Promise<Answered | undefined> {
  if (await insert(database, request, now, 'running')) return undefined
  const known = await find(database, request)
  const answered = answerOf(known)
  if (answered) return answered
  const lapsed = Date.parse(known.at) + leaseMs < now.getTime()
  const taken =
    lapsed &&
    (await database.run`update rialto.idempotency set at = ${now} where ${ofHolder(request, known.at)}`)
  if (taken === 1) return undefined
  throw requestInProgress('The same request is still running. Wait for its answer or repeat it later.')
}

/** `end` stops renewing and tells since when the key is held by its row: whoever took it over has another time there. */
function keepLease(
  database: Database,
  request: Keyed,
  { begun, now, renewMs }: { begun: Date; now: () => Date; renewMs: number },
) {
  let held = begun
  let renewing: Promise<unknown> = Promise.resolve()
  const renew = async () => {
    const at = now()
    if (at.getTime() - begun.getTime() > heldLimitMs) return
    const renewed =
      await database.run`update rialto.idempotency set at = ${at} where ${ofHolder(request, held)}`
    if (renewed === 1) held = at
  }
  const timer = setInterval(() => {
    // One that fails may let the lease run out: the next request then repeats what this one does.
    renewing = renewing.then(renew).catch(() => {})
  }, renewMs)
  timer.unref()
  return {
    end: async (): Promise<Date> => {
      clearInterval(timer)
      await renewing
      return held
    },
  }
}

interface Known {
  readonly bodyHash: string
  readonly state: 'running' | 'done'
  readonly result: unknown
  /** Until its end: since when it is held by who runs it. */
  readonly at: string
}

async function insert(queries: Queries, request: Keyed, at: Date, state: Known['state']): Promise<boolean> {
  const { actor, operation, key, bodyHash } = request
  const inserted = await queries.run`
    insert into rialto.idempotency (actor, operation, key, body_hash, state, at)
    values (${actor}, ${operation}, ${key}, ${bodyHash}, ${state}, ${at}) on conflict do nothing`
  return inserted === 1
}

async function find(queries: Queries, request: Keyed): Promise<Known> {
  const known = await queries.row<Known>`
    select body_hash, state, result, at from rialto.idempotency where ${ofKey(request)}`
  if (!known) throw requestInProgress('The first request under this key was just given up. Send it again.')
  if (known.bodyHash === request.bodyHash) return known
  throw keyReused('This Idempotency-Key was used for a different request. Use a new key for a new request.')
}

function answerOf({ state, result }: Known): Answered | undefined {
  return state === 'done' ? { result } : undefined
}

function ofKey({ actor, operation, key }: Keyed): Sql {
  return sql`actor = ${actor} and operation = ${operation} and key = ${key}`
}

function ofHolder(request: Keyed, since: Date | string): Sql {
  return sql`${ofKey(request)} and state = 'running' and at = ${since}`
}
