import { type Queries, sql, type Tx } from '@rialto/kit/database'

export interface SessionRow {
  readonly id: string
  readonly userAgent: string | null
  readonly createdAt: string
  readonly usedAt: string
  readonly expiresAt: string
}

const listLimit = 100

/** The account's sessions that have not ended, the last used first. */
export function listSessions(queries: Queries, accountId: string, now: Date): Promise<SessionRow[]> {
  return queries.rows<SessionRow>`
    select id, user_agent, created_at, coalesce(used_at, updated_at) as used_at, expires_at
    from sessions where user_id = ${accountId} and expires_at > ${now}
    order by coalesce(used_at, updated_at) desc, id desc limit ${listLimit}`
}

/** Whether the session is the account's, and began after that. */
export async function beganSince(
  queries: Queries,
  { id, accountId, since }: { id: string; accountId: string; since: Date },
): Promise<boolean> {
  const found = await queries.row`
    select 1 from sessions where id = ${id} and user_id = ${accountId} and created_at > ${since}`
  return found !== undefined
}

/** Notes that a session began with more than one factor. */
export async function strengthen(tx: Tx, key: string): Promise<void> {
  await tx.run`update sessions set is_strong = true where token = ${key}`
}

export async function strengthenById(tx: Tx, id: string): Promise<void> {
  await tx.run`update sessions set is_strong = true where id = ${id}`
}

/** Ends a session if it is the account's. */
export async function endSession(queries: Queries, accountId: string, id: string): Promise<boolean> {
  return (await queries.run`delete from sessions where id = ${id} and user_id = ${accountId}`) === 1
}

/** Ends a session that was just started. */
export async function dropSession(queries: Queries, key: string): Promise<void> {
  await queries.run`delete from sessions where token = ${key}`
}

/** Ends all sessions of the account, or all but one. */
export async function endSessions(tx: Tx, accountId: string, besides?: string): Promise<void> {
  const others = besides === undefined ? sql`` : sql`and id <> ${besides}`
  await tx.run`delete from sessions where user_id = ${accountId} ${others}`
}

export async function forgetEndedSessions(queries: Queries, accountId: string, now: Date): Promise<void> {
  await queries.run`delete from sessions where user_id = ${accountId} and expires_at < ${now}`
}

/** Notes on what device a session was started. */
export async function nameSession(
  queries: Queries,
  { key, device, now }: { key: string; device: string | undefined; now: Date },
): Promise<void> {
  await queries.run`update sessions set user_agent = ${device ?? null}, used_at = ${now} where token = ${key}`
}

const usedEveryMs = 5 * 60_000

/** Notes that a session is used, unless that was noted a moment ago. */
export async function touchSession(queries: Queries, id: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - usedEveryMs)
  await queries.run`
    update sessions set used_at = ${now} where id = ${id} and (used_at is null or used_at < ${before})`
}
