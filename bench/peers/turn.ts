import { setTimeout as pause } from 'node:timers/promises'
import { hotStock } from './goods.ts'
import type { Load } from './load-process.ts'
import type { Platform, PlatformName, Running } from './platform.ts'
import { usageOf } from './processes.ts'
import type { Sample } from './sample.ts'
import type { Learned } from './storefront.ts'
import { familyOf, type Work } from './works.ts'

/** One run of one kind of work at one platform. */
export interface Measured extends Sample {
  readonly round: number
  readonly platform: PlatformName
  readonly work: string
  /** Of its own processes, PostgreSQL and Redis; per operation that came to a good end. */
  readonly cpuMsPerOperation: number
  readonly cpuSeconds: Readonly<Record<string, number>>
}

/** What one platform's turn told: from its start to its end. */
export interface Turn {
  readonly round: number
  readonly platform: PlatformName
  readonly coldStartSeconds: number
  /** The most that its own processes held at one moment under load. */
  readonly memoryMiB: number
  readonly measured: readonly Measured[]
  readonly ordersAnswered: number
  readonly ordersInDatabase: number
  readonly hotOrders?: number
  readonly oversold?: number
  /** What does not hold afterwards, in words. */
  readonly wrong: readonly string[]
}

export interface TurnPlan {
  readonly round: number
  readonly platform: Platform
  readonly learned: Learned
  readonly works: readonly Work[]
  readonly seconds: number
  readonly load: Load
  /** The process of PostgreSQL from which all others come. */
  readonly postgresPid: () => number
  /** Whether everything fits together once it has come to rest; nothing to say where nobody can tell. */
  readonly check: (platform: PlatformName) => Promise<readonly string[]>
  readonly tell: (line: string) => void
}

const settleMs = 1_000

/** Starts one platform, lets shoppers do all kinds of work there, checks what came of it, and stops it. */
export async function takeTurn(plan: TurnPlan): Promise<Turn> {
  const { platform, learned, load } = plan
  const before = await platform.countOrders()
  const running = await platform.start()
  const memory = watchMemory(running)
  try {
    await load.obey({ kind: 'open', platform: platform.name, url: running.url, learned })
    const measured: Measured[] = []
    const tally: Tally = { orders: 0 }
    const wrong: string[] = []
    for (const work of plan.works) {
      try {
        running.check()
        measured.push(await measure(plan, running, work, tally))
      } catch (error) {
        wrong.push(`${work.name}: ${(error as Error).message}`)
        plan.tell(`  ${work.name} failed: ${(error as Error).message}`)
      }
    }
    wrong.push(...(await plan.check(platform.name)))
    const ordersInDatabase = (await platform.countOrders()) - before
    const { round } = plan
    const { hot } = tally
    return {
      round,
      platform: platform.name,
      coldStartSeconds: running.coldStartSeconds,
      memoryMiB: memory.peak(),
      measured,
      ordersAnswered: tally.orders,
      ordersInDatabase,
      ...(hot !== undefined && { hotOrders: hot, oversold: Math.max(0, hot - hotStock) }),
      wrong,
    }
  } finally {
    memory.stop()
    await running.stop()
  }
}

interface Tally {
  /** Answered, of all kinds of checkouts. */
  orders: number
  /** Of the hot item, in the database. */
  hot?: number
}

async function measure(plan: TurnPlan, running: Running, work: Work, tally: Tally): Promise<Measured> {
  const { load, round, platform, seconds } = plan
  const { name, shoppers } = work
  const isHot = name === 'hot'
  const buys = isHot || familyOf(name) === 'checkout'
  const ordersBefore = isHot ? await platform.countOrders() : 0
  const variant = isHot
    ? await platform.addHotItem(running, plan.learned, `${round}-${Date.now().toString(36)}`)
    : ''
  const warm = await warmUp(plan, work)
  if (buys) tally.orders += warm
  const roots = { ...running.roots, postgres: plan.postgresPid() }
  const cpuBefore = cpuOf(roots)
  const sample = await load.obey(
    isHot ? { kind: 'hot', variant, shoppers } : { kind: 'run', work: name, shoppers, seconds },
  )
  if (!sample) throw new Error('there is no answer')
  // What an order sets off afterwards counts, too.
  if (buys) await pause(settleMs)
  const cpuAfter = cpuOf(roots)
  if (buys) tally.orders += sample.operations
  // What was answered too late is sold all the same.
  if (isHot) tally.hot = (await platform.countOrders()) - ordersBefore
  const cpuSeconds = Object.fromEntries(
    Object.keys(roots).map((root) => [root, (cpuAfter[root] ?? 0) - (cpuBefore[root] ?? 0)]),
  )
  const cpu = Object.values(cpuSeconds).reduce((sum, used) => sum + used, 0)
  const measured = {
    round,
    platform: platform.name,
    work: name,
    ...sample,
    cpuSeconds,
    cpuMsPerOperation: (cpu * 1_000) / Math.max(1, sample.operations),
  }
  plan.tell(`  ${lineOf(measured)}`)
  return measured
}

/** Each page once, and a moment of everything else: compilers and caches have seen it before it counts. */
async function warmUp({ load, works, seconds }: TurnPlan, { name, shoppers }: Work): Promise<number> {
  const first = works.find((other) => familyOf(other.name) === familyOf(name))
  if (name === 'hot' || first?.name !== name) return 0
  const together = familyOf(name) === 'checkout' ? 8 : Math.min(8, shoppers)
  const sample = await load.obey({ kind: 'warm', work: name, shoppers: together, seconds: seconds / 2 })
  return sample?.operations ?? 0
}

function cpuOf(roots: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(roots).map(([name, pid]) => [name, usageOf([pid]).cpuSeconds]))
}

function lineOf({
  work,
  perSecond,
  p50Ms,
  p99Ms,
  cpuMsPerOperation,
  failures,
  loadCpuSeconds,
  seconds,
}: Measured): string {
  const figures = `${perSecond.toFixed(1)}/s, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, ${cpuMsPerOperation.toFixed(2)} CPU ms each`
  const failed = Object.entries(failures).map(([why, times]) => `${times} × ${why}`)
  const busy = `load ${Math.round((100 * loadCpuSeconds) / seconds)} % of a core`
  return [work.padEnd(11), figures, busy, ...failed].join('; ')
}

/** Redis is left out: it keeps what the others keep in memory of their own or not at all. */
function watchMemory({ roots }: Running): { peak(): number; stop(): void } {
  const own = Object.entries(roots).flatMap(([name, pid]) => (name === 'redis' ? [] : [pid]))
  let peak = 0
  const look = () => {
    peak = Math.max(peak, usageOf(own).residentMiB)
  }
  const timer = setInterval(look, 1_000)
  return {
    peak: () => {
      look()
      return Math.round(peak)
    },
    stop: () => clearInterval(timer),
  }
}
