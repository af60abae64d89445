import { type Mounted, type MountOptions, mount, stopAll } from '@rialto/kit/mount'
import { type Postgres, startPostgres } from '@rialto/kit/postgres'
import type { Service } from '@rialto/kit/service'
import type { Logger } from '@rialto/kit/telemetry'
import { databaseSetting } from './platform-settings.ts'

/** The embedded PostgreSQL, unless every service has a database of its own. */
export async function startDatabase(
  services: readonly string[],
  settings: Record<string, unknown>,
  dataDir: string,
  log: Logger,
): Promise<Postgres | undefined> {
  const needed = services.some((name) => settings[databaseSetting(name)] === undefined)
  return needed ? startPostgres({ dataDir, log: (message) => log.warn(message) }) : undefined
}

export interface MountingOptions extends Omit<MountOptions, 'databaseUrl'> {
  readonly postgres: Postgres | undefined
  /** Hears of each service that is there. */
  readonly add: (mounted: Mounted) => void
}

/** Mounts services side by side, each with its database. If one fails, none is left. */
export async function mountServices(
  services: readonly Service[],
  { postgres, add, ...options }: MountingOptions,
): Promise<Mounted[]> {
  const mounting = services.map(async (service) => {
    const { name } = service.contract
    const given = options.settings[databaseSetting(name)] as string | undefined
    const databaseUrl = given ?? (await postgres?.ensureDatabase(name))
    if (databaseUrl === undefined) throw new Error(`${name} has no database`)
    const mounted = await mount(service, { ...options, databaseUrl })
    add(mounted)
    return mounted
  })
  const results = await Promise.allSettled(mounting)
  const mounted = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (!failed) return mounted
  await stopAll(mounted)
  throw failed.reason
}
