import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase } from '@rialto/kit/database'
import { passwordOf } from '@rialto/kit/postgres-databases'
import { until } from '@rialto/kit/until'
import { type Databases, readFacts } from './facts.ts'
import { invariants } from './invariants.ts'

/** Services with a database; the checker compares what they say. */
export const services = [
  'catalog',
  'search',
  'pricing',
  'identity',
  'cart',
  'orders',
  'payments',
  'inventory',
  'shipping',
  'notifications',
  'webhooks',
] as const

export type Urls = Readonly<Record<string, string>>

/**
 * Addresses of the databases of a shop that runs on this data folder with its embedded PostgreSQL, or of one that runs
 * elsewhere: then the place is a pattern such as `postgres://{service}:password@host:5432/{service}`.
 */
export function databaseUrls(dataDir: string): Urls {
  return Object.fromEntries(services.map((name) => [name, databaseUrl(dataDir, name)]))
}

/** The address of one database for a role, by default the one of the same name. */
export function databaseUrl(dataDir: string, name: string, role = name): string {
  if (dataDir.includes('{service}')) return dataDir.replaceAll('{service}', name)
  const [, , , port, socketFolder, listened] = readFileSync(
    join(dataDir, 'postgres', 'postmaster.pid'),
    'utf8',
  ).split('\n')
  const key = readFileSync(join(dataDir, 'postgres.key'), 'utf8').trim()
  const host = encodeURIComponent(socketFolder || listened || '127.0.0.1')
  return `postgres://${role}:${passwordOf(role, key)}@${host}:${port}/${name}`
}

/** Says in words what does not hold in a shop that has come to rest; an empty list is a sound shop. */
export async function checkInvariants(urls: Urls): Promise<string[]> {
  return withDatabases(urls, violationsIn)
}

/** Waits until everything has settled, so that what is wrong then is wrong for good; answers as the check does. */
export async function settledViolations(urls: Urls, limitMs = 90_000): Promise<string[]> {
  return withDatabases(urls, async (databases) => {
    let last: string[] = []
    try {
      await until(
        'nothing is wrong or under way any more',
        async () => {
          last = await violationsIn(databases)
          return last.length === 0
        },
        { limitMs, everyMs: 250 },
      )
    } catch (error) {
      if (last.length === 0) throw error
    }
    return last
  })
}

export async function violationsIn(databases: Databases): Promise<string[]> {
  const facts = await readFacts(databases)
  return invariants.flatMap(({ says, breaches }) => breaches(facts).map((breach) => `${says}: ${breach}`))
}

/** Opens the databases for reading only: a check changes nothing. */
export async function withDatabases<Result>(
  urls: Urls,
  work: (databases: Databases) => Promise<Result>,
): Promise<Result> {
  const opened: Record<string, Database> = {}
  for (const name of services) {
    const url = urls[name]
    if (url) opened[name] = openDatabase({ url: readOnly(url), poolSize: 3 })
  }
  try {
    return await work(opened)
  } finally {
    await Promise.all(Object.values(opened).map((database) => database.close()))
  }
}

function readOnly(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}options=${encodeURIComponent('-c default_transaction_read_only=on')}`
}
