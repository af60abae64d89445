import type { Database, Tx } from '@rialto/kit/database'

/** A rebuild that has made no progress for so long is given up for a new one. */
const stalledMs = 600_000

/** Begins a rebuild, unless one is under way. Tells whether it has begun. */
export async function beginRebuild(tx: Tx, rebuildId: string, now: Date): Promise<boolean> {
  const begun = await tx.run`
    update index_state set building = 1 - live, rebuild_id = ${rebuildId}, touched_at = ${now}
    where building is null or touched_at < ${new Date(now.getTime() - stalledMs)}`
  return begun === 1
}

export type Progress = 'building' | 'switched' | 'given up'

export async function progressOf(database: Database, rebuildId: string): Promise<Progress> {
  const row = await database.row<{ building: number | null }>`
    select building from index_state where rebuild_id = ${rebuildId}`
  if (!row) return 'given up'
  return row.building === null ? 'switched' : 'building'
}

export async function touchRebuild(tx: Tx, rebuildId: string, now: Date): Promise<void> {
  await tx.run`update index_state set touched_at = ${now} where rebuild_id = ${rebuildId}`
}

/** Searches that begin after this one's commit read the new index. */
export async function switchIndex(tx: Tx, rebuildId: string): Promise<void> {
  await tx.run`
    update index_state set live = building, building = null
    where rebuild_id = ${rebuildId} and building is not null`
}

/** Tells the planner what is in the new index, before the first search reads it. */
export async function analyseIndexes(database: Database): Promise<void> {
  await database.run`analyze documents_a`
  await database.run`analyze documents_b`
}

/**
 * Empties the index that nobody reads. The lock waits for the searches that run, and those that come wait
 * for it; so it gives up after a second, to be tried again.
 */
export async function emptyIdleIndex(database: Database, rebuildId: string): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.run`set local lock_timeout = '1s'`
    const state = await tx.row<{ live: number }>`
      select live from index_state where rebuild_id = ${rebuildId} for update`
    if (!state) return
    if (state.live === 0) await tx.run`truncate documents_b`
    else await tx.run`truncate documents_a`
  })
}
