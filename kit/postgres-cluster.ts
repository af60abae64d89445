import { execFile } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Account, runAs } from './postgres-account.ts'
import type { Binaries } from './postgres-binaries.ts'
import { explain, PostgresError } from './postgres-error.ts'
import { isAlive } from './postgres-lock.ts'
import type { Durability } from './postgres-settings.ts'

const run = promisify(execFile)
const major = '18'

/** The only superuser; services never use it. */
export const superuser = 'postgres'

export interface ClusterPlan {
  readonly dataDir: string
  readonly cluster: string
  readonly binaries: Binaries
  readonly account: Account
  readonly password: string
  readonly durability: Durability
  readonly log: (message: string) => void
}

/** Makes the cluster unless it is there. It takes its place whole, so a crash on the way leaves none. */
export async function createCluster(plan: ClusterPlan): Promise<void> {
  if (existsSync(plan.cluster)) return checkVersion(plan.cluster)
  plan.log(`Creating the database in ${plan.cluster} …`)
  const draft = join(plan.dataDir, 'postgres.new')
  rmSync(draft, { recursive: true, force: true })
  const { uid, gid } = plan.account
  mkdirSync(draft, { mode: 0o700 })
  const passwordFile = join(plan.dataDir, 'postgres.password')
  writeFileSync(passwordFile, plan.password, { mode: 0o600 })
  try {
    if (uid !== undefined && gid !== undefined) {
      chownSync(draft, uid, gid)
      chownSync(passwordFile, uid, gid)
    }
    await initialize(plan, draft, passwordFile)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(draft, plan.cluster)
}

/**
 * Text sorts and folds case by PostgreSQL's own Unicode tables, the same on each system. Trigrams and the
 * parser of the text search still ask the C library what a letter is; with its plain C locale only
 * English has letters, so a UTF-8 one is tried first.
 */
async function initialize(plan: ClusterPlan, draft: string, passwordFile: string): Promise<void> {
  const locales = process.platform === 'win32' ? ['C'] : ['C.UTF-8', 'en_US.UTF-8', 'C']
  for (const letters of locales) {
    const args = [
      ...['-D', draft, '-U', superuser, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      ...[`--lc-ctype=${letters}`, '--no-instructions'],
      ...(plan.durability === 'throwaway' ? ['--no-sync'] : []),
    ]
    const command = runAs(plan.account, plan.binaries.initdb, args)
    try {
      await run(command.file, command.args, { ...command.options, shell: false, encoding: 'utf8' })
      return
    } catch (cause) {
      const { stderr, stdout, message } = cause as { stderr?: string; stdout?: string; message: string }
      if (/invalid locale name/.test(stderr ?? '') && letters !== 'C') continue
      throw explain(stderr || stdout || message, plan.dataDir, { cause })
    }
  }
}

function checkVersion(cluster: string): void {
  const file = join(cluster, 'PG_VERSION')
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  if (found === major) return
  if (!found) throw explain('not a valid data directory: PG_VERSION is missing', cluster)
  throw new PostgresError(
    `The database in ${cluster} was made by PostgreSQL ${found}; this Rialto brings ${major}. ` +
      'Use the Rialto that made it to export the shop, then move the folder away and import.',
  )
}

/** Stops a server whose Rialto is gone without it, and removes a pid file that names some other process. */
export async function recoverCluster(cluster: string, log: (message: string) => void): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return
  if (!(await servesCluster(pid, cluster))) return rmSync(pidFile, { force: true })
  log(`Stopping the database that an earlier run left behind (process ${pid}) …`)
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return
      throw explain(String(cause), cluster, { cause })
    }
    for (let waited = 0; waited < 3000; waited += 20) {
      if (!isAlive(pid)) return
      await pause(20)
    }
  }
  throw new PostgresError(`Process ${pid} holds the database in ${cluster} and does not stop. End it first.`)
}

/** A number may have gone to another process since. A server's working folder is its cluster. */
async function servesCluster(pid: number, cluster: string): Promise<boolean> {
  if (process.platform === 'linux') {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster)
    } catch {
      return false
    }
  }
  if (process.platform === 'win32') return true
  const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.includes('postgres') && stdout.includes(cluster)
}
