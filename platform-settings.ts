import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { urlSetting } from '@rialto/kit/locate'
import { type LogLevelName, logLevels } from '@rialto/kit/log-level'
import { type Static, Type } from '@rialto/kit/schema'
import { type Configured, WrongSettings } from '@rialto/kit/settings'
import { ShopSecret, shopSecrets } from '@rialto/kit/shop-secret'
import { demoAccounts } from './demo-accounts.ts'

const own = {
  NODE_ENV: Type.Optional(
    Type.String({ description: '`production` switches the conveniences of development off.' }),
  ),
  PORT: Type.Integer({
    default: 3000,
    minimum: 0,
    maximum: 65_535,
    description: 'Give the port of the shop, such as 3000; 0 chooses a free one.',
  }),
  HOST: Type.String({ default: '0.0.0.0', description: 'Give the address to listen at.' }),
  RIALTO_DATA: Type.String({
    default: '.rialto',
    minLength: 1,
    description: 'Give the folder for databases and files.',
  }),
  ...shopSecrets,
  RIALTO_DEMO: Type.Boolean({
    default: true,
    description: 'Give `true` for a demo shop in an empty installation, else `false`.',
  }),
  LOG_LEVEL: Type.Unsafe<LogLevelName>({
    type: 'string',
    enum: [...logLevels],
    default: 'warn',
    description: 'Give one of these levels.',
  }),
  LOG_REQUESTS: Type.Boolean({
    default: true,
    description: 'Give `false` to leave the line of each request out of the log at the level info.',
  }),
  NATS_URL: Type.Optional(
    Type.String({
      pattern: '^(nats|tls|wss?)://',
      secret: true,
      description: 'Give the NATS servers of the fleet, such as nats://one:4222,nats://two:4222.',
    }),
  ),
  NATS_REPLICAS: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 5,
      description: 'Give how many NATS servers keep each event, such as 3; none leaves streams as they are.',
    }),
  ),
  NATS_STREAM_MEBIBYTES: Type.Integer({
    default: 256,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Give the room of each NATS stream, such as 256; beyond it, events wait in their databases.',
  }),
  ANNOUNCED_HOST: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Give the host or address at which the fleet reaches this process.',
    }),
  ),
  SERVICE_DNS: Type.Optional(
    Type.String({
      pattern: '\\{service\\}',
      description: 'Give host and port of each service with {service} for its name, such as {service}:3000.',
    }),
  ),
  DATABASE_CONNECTIONS: Type.Integer({
    default: 12,
    minimum: 3,
    maximum: 200,
    description: 'Give how many connections each service may have to its database, such as 12.',
  }),
  GRAPHQL_INTROSPECTION: Type.Optional(
    Type.Boolean({
      description:
        'Give `true` to let the GraphQL graph tell of itself, else `false`; in production it does not.',
    }),
  ),
  DRAIN_MS: Type.Integer({
    default: 1_000,
    minimum: 0,
    maximum: 4_000,
    description:
      'Give the milliseconds for which a process that was asked to end still takes what was sent to it.',
  }),
  PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'Give the address at which shoppers reach the shop, such as https://shop.example.',
    }),
  ),
}

/** What the process itself needs to know, besides the settings of its services. */
export const processSettings = { config: Type.Object(own) }
export type ProcessSettings = Static<typeof processSettings.config>

/** The environment with the address of the shop in it: its own port, when no other was given. */
export function withAddress(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const { PORT, PUBLIC_URL } = environment
  const isKnown = PORT !== undefined && Number(PORT) > 0
  return isKnown && !PUBLIC_URL
    ? { ...environment, PUBLIC_URL: `http://localhost:${PORT}` }
    : { ...environment }
}

/** `ORDERS_DATABASE_URL` and the like: a PostgreSQL of one's own instead of the embedded one. */
export function databaseSettings(services: readonly string[]) {
  const description =
    'Give a URL such as postgres://role:password@host:5432/database, or none for the embedded PostgreSQL.'
  const url = Type.Optional(
    Type.String({ pattern: '^postgres(ql)?://[^/]+/[^/]+', secret: true, description }),
  )
  return { config: Type.Object(Object.fromEntries(services.map((name) => [databaseSetting(name), url]))) }
}

export function databaseSetting(service: string): string {
  return `${service.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`
}

/** `ORDERS_URL` and the like: where the instances of a service are, when nothing else tells. */
export function addressSettings(services: readonly string[]) {
  const description = 'Give the addresses of its instances, such as http://one:3000,http://two:3000.'
  const urls = Type.Optional(Type.String({ pattern: '^https?://[^,]+(,\\s*https?://[^,]+)*$', description }))
  return { config: Type.Object(Object.fromEntries(services.map((name) => [urlSetting(name), urls]))) }
}

/** In production a secret must be set; elsewhere one is made once and kept beside the data. */
export const productionSettings = {
  config: Type.Object({ RIALTO_SECRET: ShopSecret }),
}

/** Whether it holds a key of the demo or of `deploy/compose.yaml`, which everybody can read. */
export function isKnownSecret(value: string): boolean {
  return value.includes('development-only') || value.includes(demoAccounts.RIALTO_ADMIN_PASSWORD)
}

/** Throws `WrongSettings` when a secret is one that everybody knows: such a shop is open to all. */
export function refuseKnownSecrets(of: readonly Configured[], settings: Record<string, unknown>): void {
  const secrets = of.flatMap(({ config }) =>
    Object.entries(config?.properties ?? {}).filter(([, schema]) => 'secret' in schema && schema.secret),
  )
  const names = new Set(secrets.map(([name]) => name))
  const known = [...names].filter((name) => isKnownSecret(String(settings[name] ?? '')))
  if (known.length === 0) return
  throw new WrongSettings(
    known.map((name) => `${name} is a key for development, known to everyone. Give one of your own.`),
  )
}

/** The secret beside the data. Processes that start together on the same folder agree on one. */
export async function keptSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'secret')
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known.length >= 32) return known
  await mkdir(dataDir, { recursive: true })
  const draft = `${file}.${process.pid}`
  await writeFile(draft, randomBytes(32).toString('hex'), { mode: 0o600 })
  try {
    // Appears whole, and only where there is none yet.
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(file, 'utf8')
}
