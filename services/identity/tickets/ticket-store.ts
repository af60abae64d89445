import type { Queries } from '@rialto/kit/database'

const oldLimit = 100

/** Notes that a ticket was used, and forgets some that are too old anyway. False when it was used before. */
export async function noteUse(
  queries: Queries,
  { id, expiresAt, now }: { id: string; expiresAt: Date; now: Date },
): Promise<boolean> {
  const noted = await queries.run`
    with forgotten as (delete from used_tickets where id = any(array(
      select id from used_tickets where expires_at <= ${now} limit ${oldLimit} for update skip locked)))
    insert into used_tickets (id, expires_at) values (${id}, ${expiresAt}) on conflict (id) do nothing`
  return noted === 1
}
