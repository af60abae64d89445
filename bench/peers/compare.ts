import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseUrls, settledViolations } from '../../e2e/checker.ts'
import { print } from '../report.ts'
import { measureBare } from './bare.ts'
import { clearGround, freshGround, type Ground, home, nowhere, platformOn, seedOne } from './ground.ts'
import { type Load, startLoad } from './load-process.ts'
import type { Options } from './options.ts'
import type { Installed, PlatformName } from './platform.ts'
import { type Comparison, machineOf } from './results.ts'
import type { Learned } from './storefront.ts'
import { type Turn, takeTurn } from './turn.ts'
import { worksOf } from './works.ts'

/**
 * Measures the platforms by turns: only the one whose turn it is runs, as two cores are not enough for what the others
 * do while they wait. Each round begins with another one, so that a disturbance of the machine meets all of them.
 */
export async function compare(options: Options): Promise<Comparison> {
  stopOnSignals()
  const began = performance.now()
  const tell = (line: string) => print(`${clock(performance.now() - began)}  ${line}`)
  await mkdir(home, { recursive: true })
  for (const name of options.only) await rm(join(home, `${name}.log`), { force: true })
  const { installed, learned, ready } = await prepare(options, tell)
  const load = startLoad()
  try {
    const bare = await measureBare(load, options.seconds)
    tell(`bare Fastify replies, ${bare.perSecond.toFixed(0)}/s: so much can the load be`)
    const turns = await takeTurns({ ...options, only: ready }, { load, learned, tell })
    const { rounds, seconds, size } = options
    return {
      machine: machineOf(),
      rounds,
      seconds,
      size,
      installed,
      bare,
      turns,
      at: new Date().toISOString(),
    }
  } finally {
    load.stop()
    await clearGround()
  }
}

interface Means {
  readonly load: Load
  readonly learned: Readonly<Record<string, Learned>>
  readonly tell: (line: string) => void
}

async function takeTurns(options: Options, means: Means): Promise<Turn[]> {
  const { rounds, only } = options
  const turns: Turn[] = []
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < only.length; place++) {
      const name = only[(round + place) % only.length] as PlatformName
      means.tell(`round ${round + 1} of ${rounds}: ${name}`)
      try {
        const turn = await turnOf(name, round, options, means)
        turns.push(turn)
        means.tell(`  ${summaryOf(turn)}`)
      } catch (error) {
        means.tell(`  ${name} lost its turn: ${(error as Error).message}`)
      }
    }
  }
  return turns
}

async function turnOf(
  name: PlatformName,
  round: number,
  { works, seconds, size }: Options,
  { load, learned, tell }: Means,
): Promise<Turn> {
  const own = learned[name]
  if (!own) throw new Error(`${name} is not seeded`)
  const ground = await freshGround(name)
  try {
    const platform = platformOn(name, ground, size, tell)
    const check = (who: PlatformName) => checked(who, ground)
    const { postgresPid } = ground
    const plan = { round, platform, learned: own, seconds, load, postgresPid, check, tell }
    return await takeTurn({ ...plan, works: worksOf(works, round) })
  } finally {
    await ground.postgres.stop()
  }
}

/** Rialto's invariants are those of the tests of faults; nobody knows the peers' so well. */
async function checked(name: PlatformName, { dataDir }: Ground): Promise<string[]> {
  return name === 'rialto' ? settledViolations(databaseUrls(dataDir)) : []
}

function summaryOf({ coldStartSeconds, memoryMiB, ordersAnswered, ordersInDatabase, wrong }: Turn): string {
  const orders = `${ordersAnswered} orders answered, ${ordersInDatabase} in the database`
  const broken = wrong.length > 0 ? `; wrong: ${wrong.slice(0, 3).join('; ')}` : ''
  return `cold start ${coldStartSeconds.toFixed(2)} s, memory ${memoryMiB} MiB, ${orders}${broken}`
}

/** Installs and seeds. A peer with which that fails is left out, as the others can be compared without it. */
async function prepare({ only, size }: Options, tell: (line: string) => void): Promise<Prepared> {
  const installed: Record<string, Installed> = {}
  const learned: Record<string, Learned> = {}
  for (const name of only) {
    try {
      tell(`${name}: installing`)
      installed[name] = await platformOn(name, nowhere, size, tell).install()
      learned[name] = await seedOne(name, size, tell)
    } catch (error) {
      if (name === 'rialto') throw error
      tell(`${name} is left out: ${(error as Error).message}`)
    }
  }
  return { installed, learned, ready: only.filter((name) => learned[name]) }
}

interface Prepared {
  readonly installed: Readonly<Record<string, Installed>>
  readonly learned: Readonly<Record<string, Learned>>
  readonly ready: readonly PlatformName[]
}

function stopOnSignals(): void {
  // What was started ends with this process, PostgreSQL by its guard.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
