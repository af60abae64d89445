import type { Mounted } from '@rialto/kit/mount'
import { until } from '@rialto/kit/until'

/** Waits until what was said before is heard, and what follows from it is done. */
export async function comeToRest(mounted: readonly Mounted[]): Promise<void> {
  await Promise.all(mounted.map(({ relay }) => relay.idle()))
  await Promise.all(mounted.map(({ inbox }) => inbox.runDue()))
}

/** As before; and what would be done or looked at within a minute is done now, so that nothing happens by itself. */
export async function comeToFullRest(mounted: readonly Mounted[]): Promise<void> {
  await until('nothing is left to do for a minute', async () => {
    await comeToRest(mounted)
    await Promise.all(mounted.map(({ look }) => look()))
    await comeToRest(mounted)
    const broughtForward = await Promise.all(
      mounted.map(
        ({ database }) => database.run`
          update rialto.inbox set due_at = now() where state = 'waiting' and due_at < now() + interval '1 minute'`,
      ),
    )
    return broughtForward.every((count) => count === 0)
  })
}

/** A fingerprint of every table of the services, but for the one that counts attempts to sign in. */
export async function contentOf(mounted: readonly Mounted[]): Promise<string[]> {
  await comeToRest(mounted)
  const read = mounted.map(async ({ service, database }) => {
    const tables = await database.rows<{ tablename: string; md5: string }>`
      select tablename, md5(query_to_xml(format('select * from %I t order by t::text', tablename), true, true, '')::text)
      from pg_tables where schemaname = 'public' and tablename <> 'attempts' order by tablename`
    return tables.map(({ tablename, md5 }) => `${service.contract.name}.${tablename} ${md5}`)
  })
  return (await Promise.all(read)).flat()
}
