import { readSettings } from '@rialto/kit/settings'
import type { Logger } from '@rialto/kit/telemetry'
import type { FastifyInstance } from 'fastify'
import { type Buckets, localBuckets } from './buckets.ts'
import { createLimits, type Limits } from './limits.ts'
import { tellWhenToRetry } from './refuse.ts'
import { type TrafficSettings, trafficSettings } from './settings.ts'
import { createShedding, type Shedding } from './shed.ts'

/** What stands between the visitors and the services. */
export interface Traffic {
  readonly limits: Limits
  readonly shedding: Shedding
  /** Sheds and limits what comes to this app, from the hooks that were added before on. */
  guard(app: FastifyInstance): void
  close(): Promise<void>
}

export async function openTraffic(settings: TrafficSettings, log: Logger): Promise<Traffic> {
  const buckets = await openBuckets(settings, log)
  const shedding = createShedding({ bearable: settings.REQUESTS_AT_ONCE, log })
  const limits = createLimits({ settings, buckets, log })
  return {
    limits,
    shedding,
    guard: (app) => {
      tellWhenToRetry(app)
      // Shedding costs nothing; a count may have to be asked for.
      shedding.guard(app)
      limits.guard(app)
    },
    close: async () => {
      shedding.close()
      await buckets.close()
    },
  }
}

async function openBuckets({ VALKEY_URL: url }: TrafficSettings, log: Logger): Promise<Buckets> {
  const local = localBuckets()
  if (url === undefined) return local
  const { sharedBuckets } = await import('./shared-buckets.ts')
  return sharedBuckets({ url, local, log })
}

export function standardTraffic(): TrafficSettings {
  return readSettings([trafficSettings], {}) as TrafficSettings
}
