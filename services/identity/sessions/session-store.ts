import type { Queries, Tx } from '@rialto/kit/database'

/** Ends all sessions of the account, or all but one. */
export async function endSessions(tx: Tx, accountId: string, besides?: string): Promise<void> {
  await tx.run`delete from sessions where user_id = ${accountId} and id is distinct from ${besides ?? null}`
}

export async function forgetEndedSessions(queries: Queries, accountId: string, now: Date): Promise<void> {
  await queries.run`delete from sessions where user_id = ${accountId} and expires_at < ${now}`
}
