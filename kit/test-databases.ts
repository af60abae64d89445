import { randomBytes } from 'node:crypto'
import pg from 'pg'

export interface TestDatabases {
  /** Makes a fresh database and its owner; returns its URL. */
  ensureDatabase(name: string): Promise<string>
  /** Drops what was made. */
  stop(): Promise<void>
}

/**
 * Databases for one test file: on the server of RIALTO_TEST_DATABASE_URL (a superuser's URL), which lets many
 * files share one server, or else on a throwaway server of its own.
 */
export async function testDatabases(): Promise<TestDatabases> {
  const shared = process.env.RIALTO_TEST_DATABASE_URL
  if (shared) return onServer(shared, async () => {})
  const { startThrowawayPostgres } = await import('./postgres.ts')
  const server = await startThrowawayPostgres()
  return onServer(server.adminUrl, server.stop)
}

function onServer(adminUrl: string, stopServer: () => Promise<void>): TestDatabases {
  const made: string[] = []
  const admin = new pg.Pool({ connectionString: adminUrl, max: 1 })
  return {
    ensureDatabase: async (name) => {
      const database = `test_${name}_${randomBytes(6).toString('hex')}`
      await admin.query(`create role ${database} login password '${database}'`)
      await admin.query(`create database ${database} owner ${database}`)
      made.push(database)
      const url = new URL(adminUrl)
      Object.assign(url, { username: database, password: database, pathname: `/${database}` })
      return url.href
    },
    stop: async () => {
      for (const database of made) {
        await admin.query(`drop database if exists ${database} with (force)`)
        await admin.query(`drop role if exists ${database}`)
      }
      await admin.end()
      await stopServer()
    },
  }
}
