import { type ChildProcess, spawn } from 'node:child_process'
import cluster from 'node:cluster'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { MemberName } from './plan.ts'

/** One place in the fleet, filled by one process after the other. */
export interface Member {
  readonly name: MemberName
  /** 1 for the first of its kind. */
  readonly number: number
  /** Where the present process answers; undefined while there is none that is open. */
  readonly url: string | undefined
  readonly pid: number | undefined
  /** How often a process ended unasked. */
  readonly deaths: number
  /** Fills the place, and again whenever its process ends unasked. Resolves when it is open. */
  start(): Promise<void>
  /** Puts a new process in the place; the old one drains once the new one is open. */
  replace(): Promise<void>
  /** Empties the place. At once: whoever might ask it ends too. */
  stop(how?: { readonly atOnce?: boolean }): Promise<void>
}

export interface MemberOptions {
  readonly name: MemberName
  readonly number: number
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly tell: (line: string) => void
}

const root = join(import.meta.dirname, '..')
const program = join(root, 'rialto.ts')
// Each process ends when this one is gone, however it went.
const runtimeArgs = ['--import', pathToFileURL(join(root, 'kit/lifeline.ts')).href]
const openLimitMs = 180_000
/** What is not done by then is cut off; a process alone ends itself a little earlier. */
const drainLimitMs = 6_000
/** Where all end, gateways and services have this time one after the other, so that Ctrl-C takes 5 s at most. */
const endLimitMs = 2_000
const firstPauseMs = 250
const longestPauseMs = 10_000
/** Who has lived so long and then ends was well: the pauses begin anew. */
const wellAfterMs = 30_000

export function createMember({ name, number, environment, tell }: MemberOptions): Member {
  let current: Running | undefined
  let empty = true
  let deaths = 0
  let pauseMs = firstPauseMs
  const watch = (running: Running) => {
    void running.ended.then(async (how) => {
      if (empty || current !== running) return
      deaths++
      if (Date.now() - running.since > wellAfterMs) pauseMs = firstPauseMs
      tell(`${name} ${number} ended (${how}); starting it again in ${pauseMs / 1000} s`)
      const waited = pause(pauseMs)
      pauseMs = Math.min(longestPauseMs, 2 * pauseMs)
      await waited
      if (empty || current !== running) return
      await fill().catch((error: Error) => tell(`${name} ${number} does not start: ${error.message}`))
    })
  }
  const fill = async () => {
    const running = launch(name, environment)
    current = running
    watch(running)
    await running.open()
  }
  return {
    name,
    number,
    get url() {
      return current?.url
    },
    get pid() {
      return current?.process.pid
    },
    get deaths() {
      return deaths
    },
    start: () => {
      empty = false
      return fill()
    },
    replace: async () => {
      const old = current
      const next = launch(name, environment)
      try {
        await next.open()
      } catch (error) {
        await next.end()
        throw error
      }
      current = next
      watch(next)
      await old?.end()
    },
    stop: async (how) => {
      empty = true
      await current?.end(how)
    },
  }
}

interface Running {
  readonly process: ChildProcess
  readonly since: number
  readonly url: string | undefined
  /** Tells how: an exit code or a signal. */
  readonly ended: Promise<string>
  open(): Promise<void>
  end(how?: { readonly atOnce?: boolean }): Promise<void>
}

function launch(name: MemberName, environment: MemberOptions['environment']): Running {
  const child = name === 'gateway' ? forkGateway(environment) : forkService(name, environment)
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000)
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000)
    process.stderr.write(text)
  })
  let url: string | undefined
  let over = false
  const ended = once(child, 'exit').then(([code, signal]) => {
    over = true
    url = undefined
    return String(signal ?? `code ${code}`)
  })
  const opened = new Promise<void>((resolve) => {
    child.on('message', (told) => {
      const given = (told as { url?: unknown } | null)?.url
      if (typeof given !== 'string') return
      url = given
      resolve()
    })
  })
  return {
    process: child,
    since: Date.now(),
    get url() {
      return url
    },
    ended,
    open: async () => {
      const late = AbortSignal.timeout(openLimitMs)
      const why = await Promise.race([
        opened,
        ended.then((how) => `it ended with ${how}:\n${said}`),
        once(late, 'abort').then(() => `it is not open after ${openLimitMs / 1000} s:\n${said}`),
      ])
      if (why) throw new Error(why)
    },
    end: async ({ atOnce = false } = {}) => {
      if (over) return
      if (atOnce && child.connected) child.send('stop')
      else child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), atOnce ? endLimitMs : drainLimitMs)
      await ended
      clearTimeout(timer)
    },
  }
}

function forkService(name: MemberName, environment: MemberOptions['environment']): ChildProcess {
  return spawn(process.execPath, [...runtimeArgs, program, name], {
    cwd: root,
    env: environment as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}

/**
 * Gateways share one listening socket, which outlives each of them: while one takes the place of another, no
 * connection is refused, nor lost with the queue of the one that ends.
 */
function forkGateway(environment: MemberOptions['environment']): ChildProcess {
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({ exec: program, args: ['gateway'], execArgv: runtimeArgs, silent: true, cwd: root })
  return cluster.fork(environment).process
}
