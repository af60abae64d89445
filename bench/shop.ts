import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A shop as its users run it: one process, or a fleet of them. */
export interface Shop {
  readonly url: string
  readonly dataDir: string
  readonly pid: number
  /** From the start of the process to its first page, seconds. */
  readonly startSeconds: number
  /** Resident memory of the platform's process, without PostgreSQL, MiB. */
  memoryMiB(): Promise<number>
  stop(): Promise<void>
}

export interface ShopOptions {
  readonly dataDir?: string
  readonly fleet?: boolean
  readonly env?: Record<string, string>
}

export async function startShop({ dataDir, fleet = false, env = {} }: ShopOptions = {}): Promise<Shop> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'rialto-bench-')))
  const began = performance.now()
  const child = spawn(process.execPath, [fleet ? 'fleet.ts' : 'rialto.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: {
      ...process.env,
      PORT: '0',
      RIALTO_DATA: folder,
      SANDBOX_WAREHOUSE: 'false',
      LOG_LEVEL: 'error',
      // As in production.
      RIALTO_TRACE_SAMPLE: '0.1',
      ...env,
    },
    // By the channel it notices when the measurement is cut short, and ends as well.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    let told = ''
    child.stdout?.on('data', (chunk) => {
      told += chunk
      const address = /Shop\s+(http:\S+)/.exec(told)?.[1]
      if (address) resolve(address)
    })
    child.once('exit', (code) => reject(new Error(`The shop ended with ${code}:\n${told}`)))
  })
  const page = await fetch(url)
  await page.text()
  return {
    url,
    dataDir: folder,
    pid: child.pid ?? 0,
    startSeconds: (performance.now() - began) / 1000,
    memoryMiB: () => residentMiB(child.pid ?? 0),
    stop: async () => {
      child.kill('SIGTERM')
      await exited
      if (dataDir === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Linux tells it in /proc; other systems have no figure. */
async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}
