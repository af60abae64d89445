import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@rialto/kit/free-port'
import { type Account, chooseAccount, runAs } from '@rialto/kit/postgres-account'
import { findBinaries } from '@rialto/kit/postgres-binaries'
import { createCluster, superuser } from '@rialto/kit/postgres-cluster'
import { startGuard } from '@rialto/kit/postgres-guard'
import { until } from '@rialto/kit/until'
import pg from 'pg'

// A PostgreSQL that archives its log, a copy of it while it works, and clusters made of both as of a moment.

export interface Cluster {
  readonly adminUrl: string
  stop(): Promise<void>
}

export interface Ground {
  readonly folder: string
  readonly archive: string
  readonly account: Account
  readonly password: string
}

const binaries = findBinaries()

export function openGround(folder: string, password: string): Ground {
  const account = chooseAccount(join(folder, 'none'), [binaries.postgres, binaries.initdb, '/tmp'])
  const archive = join(folder, 'archive')
  mkdirSync(archive)
  for (const path of [folder, archive]) own(path, account)
  return { folder, archive, account, password }
}

/** The cluster that the shop works on; deploy/compose.yaml archives in the same way. */
export async function startArchiving(ground: Ground): Promise<Cluster> {
  const cluster = join(ground.folder, 'shop')
  const plan = { ...ground, dataDir: ground.folder, cluster, binaries, durability: 'durable' as const }
  await createCluster({ ...plan, log: () => {} })
  const command = `test ! -f ${ground.archive}/%f && cp %p ${ground.archive}/%f`
  return start(ground, 'shop', { archive_mode: 'on', archive_command: command })
}

/** Copies the cluster while it works, as PostgreSQL's own interface for backups wants it. */
export async function backUp(ground: Ground, { adminUrl }: Cluster): Promise<void> {
  const client = await connect(adminUrl)
  try {
    await client.query("select pg_backup_start('drill', true)")
    copy(ground.account, join(ground.folder, 'shop'), join(ground.folder, 'base'))
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(true)')
    const base = join(ground.folder, 'base')
    for (const file of ['postmaster.pid', 'postmaster.opts']) rmSync(join(base, file), { force: true })
    for (const segment of readdirSync(join(base, 'pg_wal'), { withFileTypes: true }))
      if (segment.isFile()) rmSync(join(base, 'pg_wal', segment.name))
    write(join(base, 'backup_label'), rows[0]?.labelfile ?? '', ground.account)
  } finally {
    await client.end()
  }
}

/** A cluster as it was at that moment: the copy, and what the archive holds up to then. */
export async function restore(ground: Ground, name: string, moment: string): Promise<Cluster> {
  copy(ground.account, join(ground.folder, 'base'), join(ground.folder, name))
  write(join(ground.folder, name, 'recovery.signal'), '', ground.account)
  const cluster = await start(ground, name, {
    restore_command: `cp ${ground.archive}/%f %p`,
    recovery_target_time: moment,
    recovery_target_action: 'promote',
  })
  await until('the log is replayed', async () => {
    const [row] = await ask<{ busy: boolean }>(cluster.adminUrl, 'select pg_is_in_recovery() as busy')
    return row?.busy === false
  })
  return cluster
}

/** This moment by the clock of the database, with all that was committed before it in the archive soon. */
export async function momentOf({ adminUrl }: Cluster): Promise<string> {
  const [row] = await ask<{ moment: string }>(adminUrl, 'select clock_timestamp()::text as moment')
  return row?.moment ?? ''
}

/** Returns when the archive holds everything up to now. */
export async function archiveAll({ adminUrl }: Cluster): Promise<void> {
  const [row] = await ask<{ segment: string }>(adminUrl, 'select pg_walfile_name(pg_switch_wal()) as segment')
  await until('the log is archived', async () => {
    const [last] = await ask<{ name: string }>(
      adminUrl,
      'select last_archived_wal as name from pg_stat_archiver',
    )
    return (last?.name ?? '') >= (row?.segment ?? '')
  })
}

export async function ask<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = await connect(url)
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

async function start(ground: Ground, name: string, settings: Record<string, string>): Promise<Cluster> {
  const port = await freePort()
  const cluster = join(ground.folder, name)
  const output = join(ground.folder, `${name}.log`)
  const given = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    ...settings,
  }
  const guard = startGuard({
    kind: 'shell',
    command: [
      ...[binaries.postgres, '-D', cluster],
      ...Object.entries(given).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    account: ground.account,
    what: 'The database',
    folder: cluster,
    pgCtl: binaries.pgCtl,
    doomed: '',
    socketFolder: '',
    output,
  })
  const adminUrl = `postgres://${superuser}:${ground.password}@127.0.0.1:${port}/postgres`
  await until('PostgreSQL answers', async () => {
    if (guard.hasEnded()) throw new Error(`PostgreSQL ended:\n${readFileSync(output, 'utf8').slice(-2_000)}`)
    return ask(adminUrl, 'select 1').catch(() => undefined)
  })
  return { adminUrl, stop: guard.stop }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url)
  await client.connect()
  return client
}

function copy(account: Account, from: string, to: string): void {
  const { file, args, options } = runAs(account, '/bin/cp', ['-a', from, to])
  try {
    execFileSync(file, args, { ...options, stdio: 'pipe' })
  } catch (error) {
    // A server at work removes files meanwhile; the log has what became of them.
    const { stderr = '' } = error as { stderr?: Buffer | string }
    const unexpected = String(stderr)
      .split('\n')
      .filter((line) => line && !/No such file/.test(line))
    if (unexpected.length > 0) throw error
  }
}

function write(path: string, text: string, account: Account): void {
  writeFileSync(path, text, { mode: 0o600 })
  own(path, account)
}

function own(path: string, { uid, gid }: Account): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
}
