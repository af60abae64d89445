import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { superuser } from './postgres-cluster.ts'
import { closeCommonDatabases, type Databases, databases, passwordOf } from './postgres-databases.ts'
import { explain, PostgresError } from './postgres-error.ts'
import type { GuardKind } from './postgres-guard.ts'
import { claimFolder } from './postgres-lock.ts'
import { type Server, type ServerPlan, startServer } from './postgres-server.ts'
import { temporaryFolder } from './postgres-socket.ts'

export interface PostgresOptions {
  /** Everything is kept below it: the cluster, its key and its logs. */
  readonly dataDir: string
  /** Hears of what takes long or goes wrong while it runs; silent by default. */
  readonly log?: (message: string) => void
  readonly guard?: GuardKind
}

export interface Postgres {
  /** The address of a database for the role of the same name, valid over restarts of the server. */
  url(database: string): string
  /** Makes the role and its database unless they are there, and answers with the address. */
  ensureDatabase(name: string): Promise<string>
  /** Stops the server; its data stays. */
  stop(): Promise<void>
}

/**
 * Starts the embedded PostgreSQL 18 on the data folder and creates it at first. Throws a PostgresError
 * that names the folder and the fix. The server ends with this process, however that ends.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { url, ensureDatabase, stop } = await open(options, 'durable')
  return { url, ensureDatabase, stop }
}

/** A fresh cluster for tests, without safety against power cuts; removed when it or its process ends. */
export async function startThrowawayPostgres(): Promise<Postgres & { readonly adminUrl: string }> {
  const dataDir = mkdtempSync(join(temporaryFolder(), 'rialto-test-'))
  const { url, ensureDatabase, stop, adminUrl } = await open({ dataDir }, 'throwaway')
  return { url, ensureDatabase, stop, adminUrl }
}

export interface TestDatabases {
  /** Makes a fresh database for this caller alone, and answers with its address. */
  ensureDatabase(name: string): Promise<string>
  stop(): Promise<void>
}

/**
 * Databases for one test file: in the cluster that RIALTO_TEST_DATABASE_URL (a superuser's address)
 * names, shared with other files but under names of its own, else in a throwaway cluster.
 */
export async function testDatabases(): Promise<TestDatabases> {
  const shared = process.env.RIALTO_TEST_DATABASE_URL
  if (!shared) return startThrowawayPostgres()
  const own = databases(shared, randomBytes(32).toString('base64url'))
  const suffix = `_${process.pid}_${randomBytes(3).toString('hex')}`
  const names = new Set<string>()
  return {
    async ensureDatabase(name) {
      names.add(`${name}${suffix}`)
      return own.ensureDatabase(`${name}${suffix}`)
    },
    async stop() {
      for (const name of names) await own.dropDatabase(name)
      await own.close()
    },
  }
}

interface Opened extends Postgres {
  readonly adminUrl: string
}

async function open(options: PostgresOptions, durability: ServerPlan['durability']): Promise<Opened> {
  const dataDir = openFolder(options.dataDir)
  const release = claimFolder(dataDir)
  try {
    const key = readKey(dataDir)
    const log = options.log ?? (() => undefined)
    const password = passwordOf(superuser, key)
    const plan = { dataDir, durability, log, password, guard: options.guard }
    const server = await keepRunning(plan)
    const { host, port } = server.first
    const address = `${encodeURIComponent(host)}:${port}`
    const adminUrl = `postgres://${superuser}:${password}@${address}/postgres`
    return await withDatabases(server, adminUrl, key, release)
  } catch (error) {
    release()
    throw error
  }
}

async function withDatabases(
  server: Supervised,
  adminUrl: string,
  key: string,
  release: () => void,
): Promise<Opened> {
  try {
    await closeCommonDatabases(adminUrl)
  } catch (error) {
    await server.stop()
    throw error
  }
  const own: Databases = databases(adminUrl, key)
  const end = async () => {
    try {
      await own.close()
      await server.stop()
    } finally {
      release()
    }
  }
  let ending: Promise<void> | undefined
  const stop = () => {
    ending ??= end()
    return ending
  }
  return { adminUrl, url: own.url, ensureDatabase: own.ensureDatabase, stop }
}

interface Supervised {
  readonly first: Server
  stop(): Promise<void>
}

/** Starts the server again when it ends unasked (out of memory, killed): its addresses stay the same. */
async function keepRunning(plan: ServerPlan): Promise<Supervised> {
  const first = await startServer(plan)
  let current: Promise<Server> = Promise.resolve(first)
  let stopping = false
  let deaths: number[] = []
  const watch = (server: Server): void => {
    void server.ended.then(() => {
      if (stopping) return
      deaths = [...deaths.filter((time) => Date.now() - time < 60_000), Date.now()]
      if (plan.durability === 'throwaway' || deaths.length > 3)
        return plan.log(
          `The database in ${plan.dataDir} ended and stays down; see ${plan.dataDir}/postgres/log.`,
        )
      plan.log('The database ended unexpectedly; starting it again …')
      current = startServer({ ...plan, port: first.port })
      current.then(watch, (error: Error) => plan.log(error.message))
    })
  }
  watch(first)
  const stop = async () => {
    stopping = true
    const server = await current.catch(() => undefined)
    await server?.stop()
  }
  return { first, stop }
}

function openFolder(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true })
    return realpathSync(dataDir)
  } catch (cause) {
    throw explain(String(cause), dataDir, { cause })
  }
}

/** The secret from which all passwords follow; without it nobody gets into an existing cluster. */
function readKey(dataDir: string): string {
  const file = join(dataDir, 'postgres.key')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  if (existsSync(join(dataDir, 'postgres')))
    throw new PostgresError(
      `The key of the database is missing: ${file}. Restore it from a backup, or move ${dataDir} away ` +
        'to begin with an empty shop.',
    )
  const key = randomBytes(32).toString('base64url')
  writeFileSync(file, `${key}\n`, { mode: 0o600, flag: 'wx', flush: true })
  return key
}
