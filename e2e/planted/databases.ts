import { type Database, openDatabase } from '@rialto/kit/database'
import { databaseUrl, services } from '../checker.ts'

/** The databases of a shop, as their services may use them. */
export type Opened = Readonly<Record<(typeof services)[number], Database>>

export function openAll(dataDir: string): Opened {
  const open = (name: string) => openDatabase({ url: databaseUrl(dataDir, name), poolSize: 2 })
  return Object.fromEntries(services.map((name) => [name, open(name)])) as unknown as Opened
}

export async function closeAll(databases: Opened): Promise<void> {
  await Promise.all(Object.values(databases).map((database) => database.close()))
}

/** Events leave the outbox at once; from now on a copy of each row stays. */
export async function keepWhatIsSaid({ pool }: Database): Promise<void> {
  await pool.query(`
    create table said (event jsonb);
    create function keep_said() returns trigger language plpgsql as
      $$ begin insert into said values (to_jsonb(new)); return new; end $$;
    create trigger keep_said after insert on rialto.outbox for each row execute function keep_said();`)
}

/** Nothing new is taken into the table: the database then tells of the row that it refuses. */
export async function refuseRows({ pool }: Database, table: string): Promise<void> {
  await pool.query(`alter table ${table} add constraint refuse_all check (false) not valid`)
}

export async function takeRows({ pool }: Database, table: string): Promise<void> {
  await pool.query(`alter table ${table} drop constraint refuse_all`)
}

/** All that goes with messages, but for what they say. */
export async function metadataOf({ rows }: Database): Promise<string> {
  const told = await rows<{ text: string }>`
    select (event - 'data')::text as text from said
    union all select (to_jsonb(i) - 'data' - 'raw')::text from rialto.inbox i
    union all select (to_jsonb(o) - 'data')::text from rialto.outbox o
    union all select (to_jsonb(k) - 'result')::text from rialto.idempotency k`
  return told.map(({ text }) => text).join('\n')
}

/** All that stands in the tables of a service, and what its messages say. */
export async function dataOf({ pool, rows }: Database): Promise<string> {
  const tables = await rows<{ name: string }>`
    select format('%I', tablename) as name from pg_tables where schemaname = 'public'`
  const texts = tables.map(async ({ name }) => {
    const { rows: found } = await pool.query(`select coalesce(json_agg(t)::text, '') as text from ${name} t`)
    return String(found[0].text)
  })
  return (await Promise.all(texts)).join('\n')
}

/** Whether a message is kept there with the error of its last attempt. */
export async function hasError({ row }: Database): Promise<boolean> {
  return (await row`select 1 from rialto.inbox where last_error is not null limit 1`) !== undefined
}
