import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { freePort } from './free-port.ts'
import { connectNats } from './nats.ts'

/** A real nats-server with JetStream, on a free port, with a store in a folder of its own. */
export interface TestNats {
  readonly url: string
  /** Starts it again on the same port. Resolves when JetStream answers. */
  start(): Promise<void>
  /** Ends it as an operator would, or as a crash does. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Lets it hang: connections stay, and nobody answers, until it is thawed. */
  freeze(): void
  thaw(): void
  /** Throws away everything it has stored. It must have been stopped. */
  loseStore(): Promise<void>
  /** Ends it and removes its folder. */
  close(): Promise<void>
}

/** The program: nats-server, or another build of it that is to be tested against. */
const program = process.env.RIALTO_TEST_NATS_SERVER ?? 'nats-server'

/** What to tell where it is absent. */
export const howToGetNats = 'needs nats-server 2.9 or newer: apt install nats-server'

/** Whether nats-server is on this machine. */
export function natsServerIsHere(): boolean {
  return spawnSync(program, ['--version']).status === 0
}

export async function startTestNats(): Promise<TestNats> {
  const server = await prepare([])
  await server.start()
  return server
}

/** Servers of one cluster, each with its own store. */
export async function startTestNatsCluster(size = 3): Promise<readonly TestNats[]> {
  const routePorts = await Promise.all(Array.from({ length: size }, freePort))
  const routes = routePorts.map((port) => `nats://127.0.0.1:${port}`)
  const servers = await Promise.all(
    routes.map((route, index) =>
      prepare(['--cluster_name', 'test', '--cluster', route, '--routes', routes.join(',')], `node-${index}`),
    ),
  )
  await Promise.all(servers.map((server) => server.start()))
  return servers
}

async function prepare(more: readonly string[], name = 'node'): Promise<TestNats> {
  const folder = await mkdtemp(join(tmpdir(), 'rialto-nats-'))
  const store = join(folder, 'store')
  const port = await freePort()
  const url = `nats://127.0.0.1:${port}`
  const args = [
    '--addr',
    '127.0.0.1',
    '--port',
    String(port),
    '--name',
    name,
    '--jetstream',
    '--store_dir',
    store,
  ]
  let child: ChildProcess | undefined
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const running = child
    child = undefined
    if (!running || running.exitCode !== null) return
    running.kill(signal)
    await once(running, 'exit')
  }
  return {
    url,
    start: async () => {
      child = spawnWithParent(program, [...args, ...more])
      await answering(url, child)
    },
    stop,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    loseStore: () => rm(store, { recursive: true, force: true }),
    close: async () => {
      await stop('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Where the system can, the server ends with this process, however that ends. */
function spawnWithParent(command: string, args: readonly string[]): ChildProcess {
  const tied = process.platform === 'linux' && spawnSync('setpriv', ['--version']).status === 0
  return tied
    ? spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], { stdio: 'ignore' })
    : spawn(command, args, { stdio: 'ignore' })
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`nats-server ended with ${child.exitCode}`)
    if (Date.now() > deadline) throw new Error('nats-server does not answer')
    await pause(50)
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const nats = await connectNats({ urls: url, name: 'test' })
    try {
      await jetstreamManager(nats, { timeout: 500 })
      return true
    } finally {
      await nats.close()
    }
  } catch {
    return false
  }
}
