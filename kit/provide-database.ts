import pg from 'pg'

/** Whose address names the database, role and password, on a server of one's own. */
export class WrongAddress extends Error {}

/**
 * Makes the database that a service's address names, with its role, unless they are there; nobody else may connect to
 * it. The administrator need not be a superuser: it may make roles and databases, as a cloud lets it.
 *
 * The role has a second login, `<role>_clone`, that acts as the role: so a password can be changed by turns, as AWS
 * Secrets Manager does it, while the other one is still in use. It has no password until somebody gives it one.
 */
export async function provideDatabase(adminUrl: string, url: string): Promise<void> {
  const { owner, password } = partsOf(url)
  const client = new pg.Client(adminUrl)
  await client.connect()
  try {
    await client.query(`SELECT pg_advisory_lock(hashtext($1))`, [`rialto ${owner}`])
    await makeRoles(client, owner, password)
    const name = pg.escapeIdentifier(owner)
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [owner])
    if (!rowCount) await client.query(`CREATE DATABASE ${name} OWNER ${name}`)
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`)
  } finally {
    await client.end()
  }
}

async function makeRoles(client: pg.Client, owner: string, password: string): Promise<void> {
  const [name, clone] = [owner, `${owner}_clone`].map((role) => pg.escapeIdentifier(role)) as [string, string]
  const has = async (role: string) =>
    Boolean((await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role])).rowCount)
  if (!(await has(owner))) {
    await client.query(`CREATE ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(password)}`)
    // Who makes a database for a role has to be able to act as it.
    await client.query(`GRANT ${name} TO CURRENT_USER`)
  }
  if (!(await has(`${owner}_clone`))) {
    await client.query(`CREATE ROLE ${clone} LOGIN IN ROLE ${name}`)
    // What it makes belongs to the role, so that the other login may change it later.
    await client.query(`ALTER ROLE ${clone} SET role TO ${name}`)
  }
}

function partsOf(url: string): { owner: string; password: string } {
  const address = URL.canParse(url) ? new URL(url) : undefined
  const owner = decodeURIComponent(address?.pathname.slice(1) ?? '')
  const role = decodeURIComponent(address?.username ?? '')
  if (!address || !/^[a-z][a-z0-9_-]{0,56}$/.test(owner))
    throw new WrongAddress('The address names no database. Give postgres://role:password@host:5432/role.')
  if (role !== owner && role !== `${owner}_clone`)
    throw new WrongAddress(`The role ${role} is not that of the database ${owner}. Both have the same name.`)
  return { owner, password: decodeURIComponent(address.password) }
}
