import { isIP } from 'node:net'
import { type Static, Type } from '@rialto/kit/schema'
import { WrongSettings } from '@rialto/kit/settings'

const perMinute = (standard: number, whose: string, what: string) =>
  Type.Integer({
    default: standard,
    minimum: 0,
    maximum: 10_000_000,
    description: `Give how many ${what} ${whose} may send in a minute, such as ${standard}; 0 sets no limit.`,
  })

const streams = (standard: number, whose: string) =>
  Type.Integer({
    default: standard,
    minimum: 0,
    maximum: 1_000_000,
    description: `Give how many streams of live updates ${whose} may have open, such as ${standard}; 0 sets no limit.`,
  })

const config = Type.Object({
  RATE_LIMIT_ADDRESS_READS: perMinute(30_000, 'an address', 'reads'),
  RATE_LIMIT_ADDRESS_WRITES: perMinute(6_000, 'an address', 'changes'),
  RATE_LIMIT_ADDRESS_AUTH: perMinute(120, 'an address', 'attempts to sign in'),
  RATE_LIMIT_ACTOR_READS: perMinute(6_000, 'a shopper', 'reads'),
  RATE_LIMIT_ACTOR_WRITES: perMinute(1_200, 'a shopper', 'changes'),
  RATE_LIMIT_ACTOR_AUTH: perMinute(30, 'a shopper', 'attempts to sign in'),
  CONNECTIONS_PER_ADDRESS: Type.Integer({
    default: 1_000,
    minimum: 0,
    maximum: 1_000_000,
    description: 'Give how many connections an address may have at once, such as 1000; 0 sets no limit.',
  }),
  REQUESTS_AT_ONCE: Type.Integer({
    default: 64,
    minimum: 4,
    maximum: 100_000,
    description:
      'Give how many requests are worked on at once in a rush before browsing has to wait, such as 64.',
  }),
  LIVE_STREAMS: Type.Integer({
    default: 5_000,
    minimum: 0,
    maximum: 1_000_000,
    description: 'Give how many streams of live updates may be open at once, such as 5000; 0 allows none.',
  }),
  LIVE_STREAMS_PER_ADDRESS: streams(200, 'an address'),
  LIVE_STREAMS_PER_SHOPPER: streams(20, 'a shopper'),
  TRUSTED_PROXIES: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Give addresses and networks whose X-Forwarded-For is believed, such as 10.0.0.0/8,192.0.2.7; none by default.',
    }),
  ),
  VALKEY_URL: Type.Optional(
    Type.String({
      pattern: '^(rediss?|valkeys?)://[^/]+',
      secret: true,
      description: 'Give the Valkey or Redis that gateways share their counts in, such as redis://host:6379.',
    }),
  ),
})

/** What the gateway is told about its traffic. */
export const trafficSettings = { config }
export type TrafficSettings = Static<typeof config>

const named = new Set(['loopback', 'linklocal', 'uniquelocal'])

/** The proxies to believe. Throws `WrongSettings` when one is no address, no network and none of the known names. */
export function trustedProxies({ TRUSTED_PROXIES: text = '' }: TrafficSettings): string[] {
  const proxies = text.split(',').flatMap((part) => part.trim() || [])
  const wrong = proxies.filter((proxy) => !named.has(proxy) && !isNetwork(proxy))
  if (wrong.length === 0) return proxies
  const { description } = config.properties.TRUSTED_PROXIES as { description?: string }
  throw new WrongSettings(
    wrong.map((proxy) => `TRUSTED_PROXIES has no address in "${proxy}". ${description}`),
  )
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  if (bits < 0 || more.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits && Number(prefix) > 0)
}
