import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Postgres, startPostgres } from '@rialto/kit/postgres'
import { medusa } from './medusa.ts'
import type { Platform, PlatformName, Room, Size } from './platform.ts'
import { run } from './processes.ts'
import { rialto } from './rialto.ts'
import type { Learned } from './storefront.ts'
import { vendure } from './vendure.ts'

const makers = { rialto, medusa, vendure }

/** Where everything for the comparison lies: packages, seeded databases, logs. Git ignores it. */
export const home = join(import.meta.dirname, '../../.rialto/peers')
const seeds = join(home, 'seeds')
const atWork = join(home, 'data')

/** What decides about what is seeded; when it changes, platforms are seeded anew. */
const decisive = {
  rialto: ['rialto.ts', 'rialto-storefront.ts'],
  medusa: ['medusa.ts', 'medusa-seed.ts', 'medusa'],
  vendure: ['vendure.ts', 'vendure-seed.ts', 'vendure'],
} as const

export interface Ground {
  readonly postgres: Postgres
  readonly postgresPid: () => number
  readonly dataDir: string
}

/** For what needs no database yet. */
export const nowhere: Pick<Ground, 'postgres'> = {
  postgres: {
    url: () => '',
    ensureDatabase: async () => {
      throw new Error('There is no database yet')
    },
    stop: async () => undefined,
  },
}

/** The PostgreSQL that Rialto brings, with the durability of a shop, on a folder. */
async function openGround(dataDir: string): Promise<Ground> {
  await mkdir(dataDir, { recursive: true })
  const postgres = await startPostgres({ dataDir })
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid')
  return { postgres, dataDir, postgresPid: () => Number(readFileSync(pidFile, 'utf8').split('\n')[0]) }
}

export function platformOn(
  name: PlatformName,
  ground: Pick<Ground, 'postgres'>,
  size: Size,
  tell: (step: string) => void,
): Platform {
  const log = join(home, `${name}.log`)
  const room: Room = {
    size,
    folder: join(home, name),
    postgres: ground.postgres,
    log,
    tell: (step) => tell(`${name}: ${step}`),
  }
  return makers[name](room)
}

/** Seeds the platform unless it is seeded, and answers with what it has to know about itself. */
export async function seedOne(
  name: PlatformName,
  size: Size,
  tell: (step: string) => void,
): Promise<Learned> {
  const [folder, file] = [join(seeds, name), join(seeds, `${name}.json`)]
  const key = await fingerprint(name, size)
  const last = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as {
    key?: string
    learned?: Learned
  }
  if (last.key === key && last.learned) return last.learned
  await rm(file, { force: true })
  await rm(folder, { recursive: true, force: true })
  const ground = await openGround(folder)
  try {
    tell(`${name}: seeding`)
    const learned = await platformOn(name, ground, size, tell).seed()
    await writeFile(file, JSON.stringify({ key, learned }))
    return learned
  } finally {
    await ground.postgres.stop()
  }
}

/** A copy of what was seeded, so that each turn begins with the same, and nobody cleans up after another. */
export async function freshGround(name: PlatformName): Promise<Ground> {
  const folder = join(atWork, name)
  await clearGround()
  await mkdir(atWork, { recursive: true })
  // The cluster belongs to the account that PostgreSQL runs as, and has to stay its own.
  if (process.platform === 'win32') await cp(join(seeds, name), folder, { recursive: true })
  else {
    const log = join(home, 'copy.log')
    await run({ name: 'cp', command: 'cp', args: ['-a', join(seeds, name), folder], cwd: home, log })
    // Else the disk would still be busy with it when the turn begins.
    await run({ name: 'sync', command: 'sync', args: [], cwd: home, log })
  }
  return openGround(folder)
}

export async function clearGround(): Promise<void> {
  await rm(atWork, { recursive: true, force: true })
}

async function fingerprint(platform: PlatformName, size: Size): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(size))
  for (const name of ['goods.ts', 'storefront.ts', ...decisive[platform]]) {
    const path = join(import.meta.dirname, name)
    const files = name.endsWith('.ts') ? [path] : (await readdir(path)).sort().map((file) => join(path, file))
    for (const file of files) hash.update(await readFile(file))
  }
  return hash.digest('hex')
}
