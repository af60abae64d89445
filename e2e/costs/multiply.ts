import type pg from 'pg'

// Makes a small shop large: each of its things once more, and again, with other ids that still fit to each other.

/** Each growing table has at least so many rows … */
const rowsAtLeast = 4_000
/** … and is planned for as if it had so many. */
const rowsBelieved = 1_000_000

interface Column {
  readonly name: string
  readonly type: string
  readonly unique: boolean
  readonly generated: boolean
}

interface Table {
  readonly name: string
  readonly partitioned: boolean
  readonly columns: readonly Column[]
  /** Growing tables that its rows point to. */
  readonly parents: readonly string[]
}

/** Multiplies all tables but those that stay small. */
export async function multiply(client: pg.Client, staysSmall: (table: string) => boolean): Promise<void> {
  const tables = (await tablesOf(client)).filter(({ name }) => !staysSmall(name))
  const copies = new Map<string, number>()
  for (const table of inOrder(tables)) {
    const { rows } = await client.query(`select count(*)::integer as count from ${table.name}`)
    if (rows[0].count === 0) continue
    const parents = table.parents.flatMap((parent) => copies.get(parent) ?? [])
    const times = Math.min(Math.ceil(rowsAtLeast / rows[0].count), ...parents)
    copies.set(table.name, times)
    await client.query(copying(table), [times])
  }
  for (const { name, partitioned } of tables) {
    if (!partitioned) await client.query(`alter table ${name} set (autovacuum_enabled = off)`)
    await client.query(`vacuum analyze ${name}`)
  }
  await client.query(believing, [[...copies.keys()], rowsBelieved])
}

/** Rows as they are, but more of them on each page; partitions count on their own. */
const believing = `
  select pg_restore_relation_stats('schemaname', s.nspname::text, 'relname', c.relname::text, 'relpages', c.relpages,
    'reltuples', $2::real)
  from pg_class c join pg_namespace s on s.oid = c.relnamespace
  where c.relkind = 'r' and c.relpages > 0 and (c.oid::regclass::text = any($1)
    or exists (select from pg_inherits i where i.inhrelid = c.oid and i.inhparent::regclass::text = any($1)))`

function copying({ name, columns }: Table): string {
  const written = columns.filter(({ generated }) => !generated)
  const names = written.map((column) => `"${column.name}"`).join(', ')
  const values = written.map(other).join(', ')
  return `insert into ${name} (${names}) select ${values} from ${name} t, generate_series(1, $1::integer) as n on conflict do nothing`
}

/** The column's value in copy number `n`: the same id becomes the same other one wherever it stands. */
function other({ name, type, unique }: Column): string {
  const value = `t."${name}"`
  const id = (of: string) => `case when ${of} ~ '^(cat|loc|ship|promo)_[0-7][0-9a-z]{25}$' then ${of}
    when ${of} ~ '^[a-z]+_[0-7][0-9a-z]{25}$' then split_part(${of}, '_', 1) || '_0' || substr(md5(${of} || n), 1, 25)`
  if (type === 'text') return `${id(value)} ${unique ? `else ${value} || '-' || n` : `else ${value}`} end`
  if (type === 'text[]') return `array(select ${id('one')} else one end from unnest(${value}) as one)`
  if (type === 'timestamp with time zone') return `${value} - n * interval '1 second'`
  if (unique && /^(bigint|integer)$/.test(type)) return `${value} + n * 10000`
  return value
}

/** Those that are pointed to come first. */
function inOrder(tables: readonly Table[]): Table[] {
  const known = new Set(tables.map(({ name }) => name))
  const sorted: Table[] = []
  while (sorted.length < tables.length) {
    const done = new Set(sorted.map(({ name }) => name))
    const next = tables.find(
      ({ name, parents }) =>
        !done.has(name) && parents.every((one) => done.has(one) || one === name || !known.has(one)),
    )
    if (!next) throw new Error('Tables point to each other in a circle.')
    sorted.push(next)
  }
  return sorted
}

async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query(`
    select c.oid::regclass::text as name, c.relkind = 'p' as partitioned,
      (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
          'generated', a.attgenerated <> '' or a.attidentity = 'a',
          'unique', not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c'
            and pg_get_constraintdef(k.oid) ~ ('\\m' || a.attname || ' = (ANY|.[a-z-]+.::text)')) and (exists (select from pg_index i where i.indrelid = c.oid and i.indisunique
            and pg_get_indexdef(i.indexrelid) ~ ('\\m' || a.attname || '\\M'))
            or exists (select from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and a.attnum = any(f.conkey))))
          order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      array(select f.confrelid::regclass::text from pg_constraint f where f.conrelid = c.oid and f.contype = 'f') as parents
    from pg_class c join pg_namespace s on s.oid = c.relnamespace
    where s.nspname in ('public', 'rialto') and c.relkind in ('r', 'p') and not c.relispartition order by 1`)
  return rows as Table[]
}
