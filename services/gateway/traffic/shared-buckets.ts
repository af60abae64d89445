import { createHash } from 'node:crypto'
import type { Logger } from '@rialto/kit/telemetry'
import { type Buckets, keyOf, type LocalBuckets } from './buckets.ts'
import { type Rule, type Verdict, verdictOf } from './rule.ts'

export interface SharedBucketsOptions {
  /** Of a Valkey or Redis, such as `redis://:password@host:6379`. */
  readonly url: string
  /** Counts beside it, and alone while it is away. */
  readonly local: LocalBuckets
  readonly log: Logger
}

/** No request waits longer for a count. */
export const askMs = 100
/** After a count that failed, this process counts alone for so long. */
const restMs = 1_000
const reconnectMs = { first: 100, most: 2_000 }

/** The same as `take` in rule.ts, on the clock of the server. A bucket is forgotten once it is full. */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local window = tonumber(ARGV[1])
local each = window / tonumber(ARGV[2])
local before = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local after = before + each
if after - now > window + each * 0.01 then return { 0, tostring(before - now) } end
redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', math.ceil(after - now))
return { 1, tostring(after - now) }`

/**
 * Buckets that several gateways share. What this process has counted alone refuses without asking; while the
 * server does not answer, that is all there is, and the log says so.
 */
export async function sharedBuckets({ url, local, log }: SharedBucketsOptions): Promise<Buckets> {
  const client = await connect(url)
  let restsUntil = 0
  let away = false
  const tellAway = (error: unknown) => {
    if (away) return
    away = true
    log.warn({ error: String(error) }, 'Valkey does not answer; each gateway counts requests by itself')
  }
  client.on('error', tellAway)
  client.on('ready', () => {
    if (away) log.warn({}, 'Valkey answers again; the gateways count requests together')
    away = false
  })
  void client.connect().catch(tellAway)
  return {
    take: async (rule, whose) => {
      const alone = local.take(rule, whose)
      if (!alone.allowed || !client.isReady || performance.now() < restsUntil) return alone
      try {
        return await within(askMs, ask(client, rule, whose))
      } catch (error) {
        restsUntil = performance.now() + restMs
        tellAway(error)
        return alone
      }
    },
    close: async () => client.destroy(),
  }
}

type Client = Awaited<ReturnType<typeof connect>>

export async function connect(address: string) {
  // Loaded only where it is used.
  const { createClient } = await import('@redis/client')
  return createClient({
    url: address.replace(/^valkey/, 'redis'),
    disableOfflineQueue: true,
    commandsQueueMaxLength: 10_000,
    pingInterval: 2_000,
    socket: {
      connectTimeout: 2_000,
      // A connection that is dead without a word.
      socketTimeout: 6_000,
      reconnectStrategy: (retries) => Math.min(reconnectMs.most, reconnectMs.first * 2 ** retries),
    },
  })
}

const digest = createHash('sha1').update(script).digest('hex')

async function ask(client: Client, rule: Rule, whose: string): Promise<Verdict> {
  const given = {
    keys: [`rialto:limit:${keyOf(rule, whose)}`],
    arguments: [String(rule.windowSeconds * 1_000), String(rule.quota)],
  }
  const answer = await client.evalSha(digest, given).catch((error: Error) => {
    if (error.message.startsWith('NOSCRIPT')) return client.eval(script, given)
    throw error
  })
  const [allowed, fullInMs] = answer as unknown as [number, string]
  return verdictOf(rule, allowed === 1, Number(fullInMs))
}

export async function within<Value>(limitMs: number, work: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs)
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
