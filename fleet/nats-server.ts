import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Guard, startGuard } from '@rialto/kit/postgres-guard'

/** A NATS server with JetStream on this machine, for a fleet on this machine. */
export interface NatsServer {
  /** With what is needed to get in; valid over restarts of the server. */
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

export interface NatsServerOptions {
  readonly dataDir: string
  /** The fleet's; what lets in follows from it. */
  readonly secret: string
  readonly log: (message: string) => void
  /** A free one, unless given. */
  readonly port?: number
}

const startLimitMs = 15_000
/** Each stream claims its own limit of it in advance; nothing is taken from the disk for that. */
const storeLimit = '64GB'
const deathsLimit = 5

export function hasNatsServer(): boolean {
  try {
    execFileSync('nats-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/**
 * Starts nats-server on a free port, its store below the data folder, under the same guard as PostgreSQL: it ends
 * with this process, however that ends. When it ends unasked it is started again at the same port.
 */
export async function startNatsServer({
  dataDir,
  secret,
  log,
  port = -1,
}: NatsServerOptions): Promise<NatsServer> {
  const folder = join(dataDir, 'nats')
  const token = createHmac('sha256', secret).update('nats').digest('base64url')
  let stopping = false
  let deaths: number[] = []
  const launch = async (listenAt: number) => {
    await rm(join(folder, 'ports'), { recursive: true, force: true })
    await mkdir(join(folder, 'ports'), { recursive: true })
    await writeFile(join(folder, 'nats.conf'), configuration(folder, token, listenAt), { mode: 0o600 })
    const guard = startGuard({
      kind: 'shell',
      command: ['nats-server', '-c', join(folder, 'nats.conf')],
      account: {},
      what: 'NATS',
      folder,
      pgCtl: '',
      doomed: '',
      socketFolder: '',
      output: join(folder, 'nats.log'),
    })
    return { guard, port: await portOf(guard, folder) }
  }
  const first = await launch(port)
  let current = Promise.resolve(first)
  const watch = ({ guard }: { guard: Guard }) => {
    void guard.ended.then(() => {
      if (stopping) return
      deaths = [...deaths.filter((time) => Date.now() - time < 60_000), Date.now()]
      if (deaths.length > deathsLimit) return log(`NATS ended and stays down; see ${folder}/nats.log.`)
      log('NATS ended unexpectedly; starting it again …')
      current = launch(first.port)
      current.then(watch, (error: Error) => log(error.message))
    })
  }
  watch(first)
  const url = `nats://${token}@127.0.0.1:${first.port}`
  // For whoever starts a further process by hand.
  await writeFile(join(folder, 'url'), url, { mode: 0o600 })
  return {
    url,
    port: first.port,
    stop: async () => {
      stopping = true
      const running = await current.catch(() => undefined)
      await running?.guard.stop()
    },
  }
}

function configuration(folder: string, token: string, port: number): string {
  return `
server_name: rialto
host: 127.0.0.1
port: ${port}
ports_file_dir: ${JSON.stringify(join(folder, 'ports'))}
authorization { token: ${JSON.stringify(token)} }
jetstream { store_dir: ${JSON.stringify(join(folder, 'store'))}, max_file_store: ${storeLimit} }
`
}

/** The server writes the port it was given into a file that bears its process number. */
async function portOf(guard: Guard, folder: string): Promise<number> {
  const deadline = Date.now() + startLimitMs
  while (!guard.hasEnded() && Date.now() < deadline) {
    for (const file of await readdir(join(folder, 'ports'))) {
      const written = await readFile(join(folder, 'ports', file), 'utf8')
      const port = /"nats:\/\/127\.0\.0\.1:(\d+)"/.exec(written)?.[1]
      if (port) return Number(port)
    }
    await pause(20)
  }
  const told = await readFile(join(folder, 'nats.log'), 'utf8').catch(() => '')
  await guard.stop()
  throw new Error(`NATS did not start in ${folder}: ${told.trim().split('\n').at(-1) ?? 'it said nothing'}`)
}
