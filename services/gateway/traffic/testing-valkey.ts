import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from '@rialto/kit/free-port'
import { until } from '@rialto/kit/until'

/** A real Valkey or Redis on a free port, which keeps nothing on disk. */
export interface TestValkey {
  readonly url: string
  /** Starts it again on the same port, with nothing in it. */
  start(): Promise<void>
  /** Ends it as a crash does. */
  stop(): Promise<void>
  /** Lets it hang: connections stay, and nobody answers, until it is thawed. */
  freeze(): void
  thaw(): void
}

/** What to tell where it is absent. */
export const howToGetValkey = 'needs a Valkey or Redis server, 6.2 or newer: apt install redis-server'

const programs = ['valkey-server', 'redis-server']
const program = programs.find((name) => spawnSync(name, ['--version']).status === 0)

export function valkeyIsHere(): boolean {
  return program !== undefined
}

export async function startTestValkey(): Promise<TestValkey> {
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  let child: ChildProcess | undefined
  const start = async () => {
    child = spawnWithParent([...args, '--dir', '/tmp'])
    await until('the server takes connections', () => takesConnections(port), { limitMs: 20_000 })
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop: async () => {
      const running = child
      child = undefined
      if (!running || running.exitCode !== null) return
      running.kill('SIGKILL')
      await once(running, 'exit')
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
  }
}

/** Where the system can, the server ends with this process, however that ends. */
function spawnWithParent(args: readonly string[]): ChildProcess {
  if (!program) throw new Error(`This ${howToGetValkey}`)
  const tied = process.platform === 'linux' && spawnSync('setpriv', ['--version']).status === 0
  return tied
    ? spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], { stdio: 'ignore' })
    : spawn(program, args, { stdio: 'ignore' })
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
