import { createHash } from 'node:crypto'
import { unavailable } from '@rialto/kit/problem'
import type { Logger } from '@rialto/kit/telemetry'
import { askMs, connect, within } from '../shared-buckets.ts'
import type { Room } from './line.ts'
import type { Lines } from './lines.ts'

/** The same as `advance` and `enter` in line.ts, and a place for each visitor, on the clock of the server. */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local opens, pace, pass = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'given', 'early', 'front', 'at')
local given, early = tonumber(kept[1] or '0'), tonumber(kept[2] or '0')
local front, before = tonumber(kept[3] or '0'), tonumber(kept[4] or '0')
local at = math.max(before, now)
if at >= opens then
  local first = before < opens and math.max(1, front) or front
  front = math.max(front, math.min(first + (at - math.max(before, opens)) * pace / 60000, given + 1))
end
local number, since = redis.call('HGET', KEYS[2], ARGV[5]), redis.call('HGET', KEYS[3], ARGV[5])
if not number or (since and tonumber(since) + pass <= now) then
  given = given + 1
  number = given
  since = false
  if at < opens then early = given end
  redis.call('HSET', KEYS[2], ARGV[5], number)
  redis.call('HDEL', KEYS[3], ARGV[5])
end
redis.call('HSET', KEYS[1], 'given', given, 'early', early,
  'front', string.format('%.9f', front), 'at', string.format('%.3f', at))
for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, ARGV[4]) end
return { tostring(number), tostring(given), tostring(early), string.format('%.9f', front),
  string.format('%.3f', at), since and tostring(since) or '' }`

const digest = createHash('sha1').update(script).digest('hex')
/** A room is remembered for a while after its end. */
const keptMs = 3_600_000

/** A line that several gateways share. While the server is away nobody new is let in: two lines would not be fair. */
export async function sharedLines({
  url,
  log,
}: {
  readonly url: string
  readonly log: Logger
}): Promise<Lines> {
  const client = await connect(url)
  let away = false
  client.on('error', (error) => {
    if (!away) log.warn({ error: String(error) }, 'Valkey does not answer; nobody moves in the waiting room')
    away = true
  })
  client.on('ready', () => {
    away = false
  })
  void client.connect().catch(() => {})
  const asked = async <Value>(answer: Promise<Value>): Promise<Value> => {
    try {
      return await within(askMs, answer)
    } catch (cause) {
      const words = 'The line cannot be seen just now. Places in it are kept; ask again.'
      throw Object.assign(unavailable(words, {}), { cause })
    }
  }
  return {
    stand: async (room, whose) => {
      const given = {
        keys: keysOf(room),
        arguments: [room.opensAt, room.perMinute, room.passMs, room.endsAt + keptMs, whose].map(String),
      }
      const answer = client.evalSha(digest, given).catch((error: Error) => {
        if (error.message.startsWith('NOSCRIPT')) return client.eval(script, given)
        throw error
      })
      const told = (await asked(answer)) as unknown as readonly string[]
      const [number = 0, places = 0, early = 0, front = 0, at = 0] = told.map(Number)
      const inSince = told[5] ? Number(told[5]) : undefined
      return {
        number,
        line: { given: places, early, front, at },
        ...(inSince !== undefined && { inSince }),
      }
    },
    letIn: async (room, whose) => {
      const [, , key] = keysOf(room)
      await asked(client.hSetNX(key, whose, String(Date.now())))
      return Number(await asked(client.hGet(key, whose)))
    },
    close: () => client.destroy(),
  }
}

function keysOf({ id }: Room): [string, string, string] {
  const key = `rialto:line:{${id}}`
  return [key, `${key}:places`, `${key}:in`]
}
