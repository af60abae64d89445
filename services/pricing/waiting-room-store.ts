import { type Queries, sql, type Tx } from '@rialto/kit/database'
import type { WaitingRoom } from './contract.ts'

/** The room, unless it has ended. `lock` keeps others from changing it until the commit. */
export async function findRoom(queries: Queries, now: Date, lock = false): Promise<WaitingRoom | undefined> {
  return queries.row<WaitingRoom>`
    select id, waits_from, opens_at, ends_at, per_minute, pass_minutes, version from waiting_room
    where ends_at > ${now} ${lock ? sql`for update` : sql``}`
}

export async function saveRoom(tx: Tx, room: WaitingRoom): Promise<void> {
  const { id, waitsFrom, opensAt, endsAt, perMinute, passMinutes, version } = room
  await tx.run`
    insert into waiting_room (id, waits_from, opens_at, ends_at, per_minute, pass_minutes, version)
    values (${id}, ${waitsFrom}, ${opensAt}, ${endsAt}, ${perMinute}, ${passMinutes}, ${version})
    on conflict (single) do update set id = excluded.id, waits_from = excluded.waits_from,
      opens_at = excluded.opens_at, ends_at = excluded.ends_at, per_minute = excluded.per_minute,
      pass_minutes = excluded.pass_minutes, version = excluded.version`
}

/** Answers whether there was one. */
export async function endRoom(tx: Tx, now: Date): Promise<boolean> {
  return (await tx.run`delete from waiting_room where ends_at > ${now}`) > 0
}
