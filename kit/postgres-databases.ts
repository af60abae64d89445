import { createHmac } from 'node:crypto'
import pg from 'pg'

export interface Databases {
  /** The address for the role that owns the database of the same name. */
  url(name: string): string
  /** Makes the role and its database unless they are there; nobody else may connect to it. */
  ensureDatabase(name: string): Promise<string>
  /** Drops the database and its role, with whoever is connected. */
  dropDatabase(name: string): Promise<void>
  close(): Promise<void>
}

/** One database and one role per service, on the server that the superuser's address names. */
export function databases(adminUrl: string, key: string): Databases {
  const pool = new pg.Pool({
    connectionString: adminUrl,
    max: 3,
    idleTimeoutMillis: 2000,
    allowExitOnIdle: true,
  })
  // A lost idle connection is replaced at the next query, which is the one to fail if the server is gone.
  pool.on('error', () => undefined)
  const made = new Map<string, Promise<string>>()
  const url = (name: string) => {
    const address = new URL(adminUrl)
    address.username = checked(name)
    address.password = passwordOf(name, key)
    address.pathname = `/${name}`
    return address.href
  }
  return {
    url,
    async ensureDatabase(name) {
      const making = made.get(name) ?? make(pool, checked(name), passwordOf(name, key)).then(() => url(name))
      made.set(name, making)
      making.catch(() => made.delete(name))
      return making
    },
    async dropDatabase(name) {
      made.delete(name)
      await pool.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(checked(name))} WITH (FORCE)`)
      await pool.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(name)}`)
    },
    close: () => pool.end(),
  }
}

/** Keeps roles out of the databases that every cluster has; by default anyone may connect to them. */
export async function closeCommonDatabases(adminUrl: string): Promise<void> {
  const client = new pg.Client(adminUrl)
  await client.connect()
  try {
    await client.query('REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC')
  } finally {
    await client.end()
  }
}

/** Passwords follow from the key, so one file holds the secrets of all roles. */
export function passwordOf(role: string, key: string): string {
  return createHmac('sha256', key).update(role).digest('base64url')
}

async function make(pool: pg.Pool, name: string, password: string): Promise<void> {
  const quoted = pg.escapeIdentifier(name)
  const { rows } = await pool.query<{ role: boolean; database: boolean; open: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS role,
            EXISTS (SELECT FROM pg_database WHERE datname = $1) AS database,
            coalesce((SELECT has_database_privilege('public', oid, 'CONNECT')
                        FROM pg_database WHERE datname = $1), true) AS open`,
    [name],
  )
  const found = rows[0]
  if (!found?.role) await pool.query(`CREATE ROLE ${quoted} LOGIN PASSWORD ${pg.escapeLiteral(password)}`)
  if (!found?.database) await pool.query(`CREATE DATABASE ${quoted} OWNER ${quoted}`)
  if (found?.open) await pool.query(`REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC`)
}

function checked(name: string): string {
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(name))
    throw new Error(`"${name}" cannot name a database: use up to 63 lower-case letters, digits, _ and -.`)
  return name
}
