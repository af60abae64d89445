import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '@rialto/kit/postgres-lock'
import { until } from '@rialto/kit/until'
import { makeDataFolder } from './data-folder.ts'

/**
 * A shop as its users run it, on a data folder of its own: one process, or all of a fleet with RIALTO_E2E=fleet. With an
 * address as RIALTO_E2E it is the shop there, which the tests neither start nor stop.
 */
export interface Shop {
  /** Where it listens; another one after each restart. */
  readonly url: string
  readonly dataDir: string
  readonly process: ChildProcess
  /** Everything it has written so far, over all restarts. */
  readonly output: string
  /** Asks it to end as Ctrl-C does, and answers with its exit code. */
  stop(): Promise<number | null>
  /** Ends it as a crash does: by SIGKILL, at once. Its PostgreSQL is gone when this or `stop` returns. */
  kill(): Promise<void>
  /** Starts it again on the same data, after `stop` or `kill`. */
  restart(): Promise<void>
  /** Stops it and removes its data, unless the folder was given. */
  close(): Promise<void>
}

export interface ShopOptions {
  readonly dataDir?: string
  /** Whether it begins with an empty folder, which a test run has not prepared; so does another checkout. */
  readonly isFirstStart?: boolean
  /** Another checkout of the code, by default this one. */
  readonly root?: string
  readonly fleet?: boolean
  /** In a fleet, several processes of some parts, such as `orders=2,cart=2`. */
  readonly replicas?: string
  readonly env?: Readonly<Record<string, string>>
  /** Services outside of the repository, in the same process. */
  readonly folders?: readonly string[]
  /** A folder that `build.ts` has filled, to be run in the place of the sources. */
  readonly built?: string
}

/** Known to the tests only; a shop without demo has no other account. */
export const admin = { email: 'admin@rialto.example', password: 'rialto-demo-admin' }

const ownRoot = join(import.meta.dirname, '..')
const { RIALTO_E2E: how = '', RIALTO_E2E_DATABASES: databases = '' } = process.env
const isFleet = how === 'fleet'
const running = new Set<ChildProcess>()
// A test run that is cut short takes its shops along.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts `node rialto.ts`, or the fleet, and returns when it is open. */
export async function openShop(options: ShopOptions = {}): Promise<Shop> {
  if (/^https?:/.test(how)) return shopAt(how)
  const { dataDir, root = ownRoot, fleet = isFleet, replicas, env = {}, folders = [], built } = options
  const { isFirstStart = root !== ownRoot } = options
  const empty = () => mkdtemp(join(tmpdir(), 'rialto-e2e-'))
  const folder = dataDir ?? (await (isFirstStart ? empty() : makeDataFolder('e2e')))
  const given = environmentOf(folder, env)
  const program = fleet
    ? ['fleet.ts', ...(replicas ? ['--replicas', replicas] : [])]
    : [
        built ? join(built, 'rialto.js') : 'rialto.ts',
        ...(folders.length > 0 ? ['everything', ...folders] : []),
      ]
  let output = ''
  const start = () => startProcess({ root, program, env: given }, (text) => (output += text))
  const begun = async () => {
    try {
      return await start()
    } catch (error) {
      if (dataDir === undefined) await rm(folder, { recursive: true, force: true })
      throw error
    }
  }
  let current = await begun()
  return {
    get url() {
      return current.url
    },
    get process() {
      return current.child
    },
    get output() {
      return output
    },
    dataDir: folder,
    stop: () => end(current.child, folder, 'SIGINT'),
    kill: async () => {
      await end(current.child, folder, 'SIGKILL')
    },
    restart: async () => {
      current = await start()
    },
    close: async () => {
      await end(current.child, folder, 'SIGINT')
      if (dataDir === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One that runs already. Its databases are told as `postgres://{service}:…@host:5432/{service}`. */
function shopAt(url: string): Shop {
  const refuse = () => {
    throw new Error(`The shop at ${url} was started by somebody else; run this test without RIALTO_E2E.`)
  }
  return {
    url,
    dataDir: databases,
    get process() {
      return refuse()
    },
    output: '',
    stop: refuse,
    kill: refuse,
    restart: refuse,
    close: async () => {},
  }
}

/** Of a shop without demo, and without a warehouse that packs by itself. */
export function environmentOf(dataDir: string, more: Readonly<Record<string, string>>) {
  return {
    ...process.env,
    NODE_ENV: '',
    PORT: '0',
    RIALTO_DATA: dataDir,
    RIALTO_DEMO: 'false',
    RIALTO_ADMIN_EMAIL: admin.email,
    RIALTO_ADMIN_PASSWORD: admin.password,
    SANDBOX_WAREHOUSE: 'false',
    ...more,
  }
}

/** The main process of the embedded PostgreSQL on this data folder, while there is one. */
export function postgresPid(dataDir: string): number | undefined {
  const file = join(dataDir, 'postgres', 'postmaster.pid')
  if (!existsSync(file)) return undefined
  return Number(readFileSync(file, 'utf8').split('\n')[0])
}

/** A process and all that descend from it, as Linux knows them; elsewhere the process alone. */
export function familyOf(pid: number): number[] {
  if (process.platform !== 'linux') return [pid]
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const)
  const family = [pid]
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child)
  }
  return family
}

function parentOf(pid: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    return 0
  }
}

interface Program {
  readonly root: string
  readonly program: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

async function startProcess(
  { root, program, env }: Program,
  tell: (text: string) => void,
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let told = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      told += text
      tell(text)
    })
  }
  try {
    return { child, url: await opening(child, () => told) }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

/** Where the shop is open, once it answers. A busy machine may take minutes to make a demo shop. */
async function opening(child: ChildProcess, told: () => string): Promise<string> {
  const says = () => {
    if (child.exitCode !== null) throw new Error(`The shop did not start:\n${told()}`)
    return /Shop\s+(http:\/\/\S+)/.exec(told())?.[1]
  }
  const url = await until('the shop says where it is open', says, { limitMs: 240_000 })
  await until('the shop answers', async () => {
    const reply = await fetch(`${url}/api/shop`)
    await reply.arrayBuffer()
    return reply.ok
  })
  return url
}

/** Ends the process and waits for all that descend from it, whose guards may need a moment longer. */
async function end(child: ChildProcess, dataDir: string, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const family = [...familyOf(child.pid ?? 0), postgresPid(dataDir) ?? 0].filter(Boolean)
  const exited = once(child, 'exit')
  child.kill(signal)
  const [code] = (await exited) as [number | null]
  await until('all is gone with its shop', () => family.every((pid) => !isAlive(pid)))
  return code
}
