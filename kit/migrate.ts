import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database, Tx } from './database.ts'

/** The same for every service of a process. */
let kitMigrations: Promise<Migration[]> | undefined

/**
 * Brings the database to the newest schema: the kit's tables, then the service's. Each file runs once, in
 * order of its number. Replicas that start together wait for each other. A released file must not change.
 */
export async function migrate(database: Database, serviceDirectory: string): Promise<void> {
  kitMigrations ??= migrationsIn('kit', join(import.meta.dirname, 'migrations'))
  const kit = await kitMigrations
  const migrations = [...kit, ...(await migrationsIn('service', join(serviceDirectory, 'migrations')))]
  // As most starts find it, and then need not wait for each other.
  if (await areDone(database, migrations)) return
  await database.transaction(async (tx) => {
    await tx.run`select pg_advisory_xact_lock(7262001)`
    await tx.run`create schema if not exists rialto`
    await tx.run`create table if not exists rialto.migrations (
      name text primary key, checksum text not null, at timestamptz not null default now())`
    const checksums = await checksumsIn(tx)
    for (const migration of migrations) await apply(tx, migration, checksums.get(migration.name))
  })
}

async function areDone(database: Database, migrations: readonly Migration[]): Promise<boolean> {
  const found = await database.row<{
    ever: boolean
  }>`select to_regclass('rialto.migrations') is not null as ever`
  if (!found?.ever) return false
  const checksums = await checksumsIn(database)
  return migrations.every(({ name, checksum }) => checksums.get(name) === checksum)
}

async function checksumsIn({ rows }: Pick<Database, 'rows'>): Promise<Map<string, string>> {
  const done = await rows<{ name: string; checksum: string }>`select name, checksum from rialto.migrations`
  return new Map(done.map(({ name, checksum }) => [name, checksum]))
}

interface Migration {
  readonly name: string
  readonly text: string
  readonly checksum: string
}

async function migrationsIn(owner: string, directory: string): Promise<Migration[]> {
  const files = (await readdir(directory).catch(() => [])).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(directory, file), 'utf8')
      return { name: `${owner}/${file}`, text, checksum: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

async function apply(tx: Tx, { name, text, checksum }: Migration, applied: string | undefined) {
  if (applied === checksum) return
  if (applied !== undefined) {
    throw new Error(
      `Migration ${name} was changed after it ran. Restore it and put the change in a new file.`,
    )
  }
  await tx.script(text)
  await tx.run`insert into rialto.migrations (name, checksum) values (${name}, ${checksum})`
}
