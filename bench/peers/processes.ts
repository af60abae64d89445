import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { until } from '@rialto/kit/until'

/** A program at work, with all that it starts. */
export interface Program {
  readonly pid: number
  /** Throws when it has ended by itself. */
  check(): void
  stop(): Promise<void>
}

export interface Launch {
  readonly name: string
  readonly command?: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Takes what it writes. */
  readonly log: string
}

const running = new Set<ChildProcess>()
const drainMs = 5_000
// However this process ends, what it has started ends with it.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export function launch({ name, command = process.execPath, args, cwd, env, log }: Launch): Program {
  const output = openSync(log, 'a')
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  running.add(child)
  let end = ''
  const ended = new Promise<void>((resolve) => {
    const leave = (why: string) => {
      end = why
      running.delete(child)
      resolve()
    }
    child.once('exit', (code, signal) => leave(`${name} ended with ${signal ?? code}; see ${log}`))
    child.once('error', (error) => leave(`${name} did not start: ${error.message}`))
  })
  return {
    pid: child.pid ?? 0,
    check: () => {
      if (end) throw new Error(end)
    },
    stop: async () => {
      child.kill('SIGTERM')
      const killing = setTimeout(() => child.kill('SIGKILL'), drainMs)
      await ended
      clearTimeout(killing)
    },
  }
}

/** Runs to its end. Throws unless that was a good one. */
export async function run(plan: Launch, limitMs = 600_000): Promise<void> {
  const { name, command = process.execPath, args, cwd, env, log } = plan
  const output = openSync(log, 'a')
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  running.add(child)
  const killing = setTimeout(() => child.kill('SIGKILL'), limitMs)
  const code = await new Promise((resolve) => {
    child.once('exit', (status, signal) => resolve(signal ?? status))
    child.once('error', (error) => resolve(error.message))
  })
  clearTimeout(killing)
  running.delete(child)
  if (code !== 0) throw new Error(`${name} ended with ${code}; see ${log}`)
}

/** Waits for the first good answer, costing next to nothing meanwhile, and says after how many seconds it came. */
export async function firstAnswer(program: Program, url: string, init?: RequestInit): Promise<number> {
  const began = performance.now()
  const port = Number(new URL(url).port)
  const listening = () => {
    program.check()
    return isListening(port)
  }
  await until(`${url} is listened at`, listening, { limitMs: 180_000, everyMs: 10 })
  await until(
    `${url} answers`,
    async () => {
      program.check()
      const reply = await fetch(url, init).catch(() => undefined)
      await reply?.text()
      return reply?.ok
    },
    { limitMs: 180_000, everyMs: 20 },
  )
  return (performance.now() - began) / 1_000
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

interface Usage {
  readonly cpuSeconds: number
  readonly residentMiB: number
}

/** Linux tells it in /proc; other systems have no figure. */
export const tellsUsage = process.platform === 'linux'
const ticksPerSecond = 100

/** Of these processes and all that they have started, those that have ended included. */
export function usageOf(roots: readonly number[]): Usage {
  if (!tellsUsage) return { cpuSeconds: Number.NaN, residentMiB: Number.NaN }
  const parents = new Map<number, { parent: number; ticks: number }>()
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? statOf(Number(entry)) : undefined
    if (stat) parents.set(Number(entry), stat)
  }
  const isOurs = (pid: number): boolean =>
    roots.includes(pid) || (parents.has(pid) && isOurs(parents.get(pid)?.parent ?? 0))
  const ours = [...parents].filter(([pid]) => isOurs(pid))
  const ticks = ours.reduce((sum, [, stat]) => sum + stat.ticks, 0)
  const kibibytes = ours.reduce((sum, [pid]) => sum + residentKiB(pid), 0)
  return { cpuSeconds: ticks / ticksPerSecond, residentMiB: kibibytes / 1_024 }
}

function statOf(pid: number): { parent: number; ticks: number } | undefined {
  const text = textOf(`/proc/${pid}/stat`)
  if (!text) return undefined
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  // Own time in both modes, and that of children which have ended.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return { parent: Number(fields[1]), ticks }
}

function residentKiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
