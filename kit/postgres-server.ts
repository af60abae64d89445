import { chmodSync, chownSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { type Account, chooseAccount } from './postgres-account.ts'
import { type Binaries, findBinaries } from './postgres-binaries.ts'
import { createCluster, recoverCluster } from './postgres-cluster.ts'
import { explain, PostgresError } from './postgres-error.ts'
import { type Guard, type GuardKind, startGuard } from './postgres-guard.ts'
import { type Durability, serverOptions } from './postgres-settings.ts'
import { openSocketFolder, temporaryFolder } from './postgres-socket.ts'

export interface ServerPlan {
  /** Holds the cluster in `postgres/`; exists, and its lock is held. */
  readonly dataDir: string
  /** `throwaway` also lets the guard remove the data folder in the end. */
  readonly durability: Durability
  /** The superuser's. */
  readonly password: string
  readonly log: (message: string) => void
  readonly guard?: GuardKind
  /** Windows: the port of an earlier start, so that addresses stay valid. */
  readonly port?: number
}

export interface Server {
  /** The folder of the Unix socket, or 127.0.0.1. */
  readonly host: string
  readonly port: number
  /** Resolves when the server has ended, wanted or not. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

interface Setting extends ServerPlan {
  readonly cluster: string
  readonly binaries: Binaries
  readonly account: Account
}

/**
 * The workers of a server that was killed let go of its memory a moment later, and its guard may remove
 * the empty folder of the socket in that moment.
 */
const remains = /pre-existing shared memory|could not create lock file ".*\.s\.PGSQL/
const startLimitMs = 300_000
const windows = process.platform === 'win32'

/** Starts PostgreSQL on the folder, whatever state an earlier run has left it in. */
export async function startServer(plan: ServerPlan): Promise<Server> {
  const setting = prepare(plan)
  await recoverCluster(setting.cluster, plan.log)
  await createCluster(setting)
  const deadline = Date.now() + 10_000
  for (;;) {
    try {
      return await launch(setting)
    } catch (error) {
      const lingering = error instanceof PostgresError && remains.test(error.message)
      if (!lingering || Date.now() > deadline) throw error
      await pause(200)
    }
  }
}

function prepare(plan: ServerPlan): Setting {
  const binaries = findBinaries()
  const cluster = join(plan.dataDir, 'postgres')
  const throwaway = plan.durability === 'throwaway'
  const share = join(binaries.folder, 'share', 'postgresql')
  const data = throwaway ? dirname(plan.dataDir) : plan.dataDir
  const account = chooseAccount(cluster, [binaries.postgres, binaries.initdb, share, data, temporaryFolder()])
  if (throwaway && account.uid !== undefined && account.gid !== undefined) {
    // The guard runs as the account and removes the folder in the end, so it has to own it.
    chownSync(plan.dataDir, account.uid, account.gid)
    chmodSync(plan.dataDir, 0o700)
  }
  return { ...plan, binaries, cluster, account }
}

async function launch(setting: Setting): Promise<Server> {
  const { cluster, dataDir, durability, binaries } = setting
  const throwaway = durability === 'throwaway'
  const socketFolder = throwaway ? dataDir : windows ? undefined : openSocketFolder(dataDir, setting.account)
  const host = windows || !socketFolder ? '127.0.0.1' : socketFolder
  const port = windows ? (setting.port ?? (await freePort())) : 5432
  const before = statusOf(cluster).start
  const guard = startGuard({
    kind: setting.guard ?? (windows ? 'node' : 'shell'),
    command: [binaries.postgres, ...serverOptions({ cluster, host, port, durability })],
    doomed: throwaway ? dataDir : '',
    socketFolder: throwaway ? '' : (socketFolder ?? ''),
    pgCtl: binaries.pgCtl,
    what: 'The database',
    folder: cluster,
    account: setting.account,
    output: startLog(dataDir),
  })
  await untilReady(guard, setting, before)
  return { host, port, ended: guard.ended, stop: guard.stop }
}

async function untilReady(guard: Guard, { cluster, dataDir, log }: Setting, before: string): Promise<void> {
  const begun = Date.now()
  let told = false
  for (;;) {
    const { start, ready } = statusOf(cluster)
    if (ready && start !== before) return
    if (guard.hasEnded()) throw explain(lastWords(dataDir, begun), dataDir)
    const waitedMs = Date.now() - begun
    if (waitedMs > startLimitMs) {
      await guard.stop()
      throw explain(`not ready within ${startLimitMs / 1000} s\n${lastWords(dataDir, begun)}`, dataDir)
    }
    if (!told && waitedMs > 5000) {
      told = true
      log('The database is catching up after a crash …')
    }
    await pause(10)
  }
}

interface Status {
  /** Tells this run of the server from an earlier one that left its file behind. */
  readonly start: string
  readonly ready: boolean
}

/** What the server says in its pid file: line 1 its number, 3 when it started, 8 whether it is ready. */
function statusOf(cluster: string): Status {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    return { start: `${lines[0]} ${lines[2]}`, ready: lines[7]?.trim() === 'ready' }
  } catch {
    return { start: '', ready: false }
  }
}

function startLog(dataDir: string): string {
  return join(dataDir, 'postgres-start.log')
}

/** What the server wrote before it turned to its own log file, and into that since the start. */
function lastWords(dataDir: string, begun: number): string {
  const cluster = join(dataDir, 'postgres')
  const current = textOf(join(cluster, 'current_logfiles')).trim().split(' ').at(-1)
  const log = current ? join(cluster, current) : undefined
  const isFresh = log && (statSync(log, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= begun - 1000
  return [textOf(startLog(dataDir)), isFresh ? textOf(log).slice(-2000) : ''].join('\n')
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
