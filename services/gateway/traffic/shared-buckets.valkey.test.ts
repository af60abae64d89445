import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Logger } from '@rialto/kit/telemetry'
import { until } from '@rialto/kit/until'
import { openDoor } from '../testing.ts'
import { type Buckets, localBuckets } from './buckets.ts'
import { sharedBuckets } from './shared-buckets.ts'
import { startTestValkey, type TestValkey } from './testing-valkey.ts'

// Two gateways that count together at a real server, which may go away.

let valkey: TestValkey
let opened: Buckets[] = []
let told: string[] = []

before(async () => {
  valkey = await startTestValkey()
})
afterEach(async () => {
  await Promise.all(opened.map((buckets) => buckets.close()))
  opened = []
  told = []
})
after(() => valkey.stop())

const log = { warn: (_: object, message: string) => void told.push(message) } as unknown as Logger

async function openGateway(url = valkey.url): Promise<Buckets> {
  const buckets = await sharedBuckets({ url, local: localBuckets(), log })
  opened.push(buckets)
  return buckets
}

/** So much that nothing comes back while a test runs. */
const ruleOf = (name: string, quota = 10) => ({ name, quota, windowSeconds: 100_000 })

/** How many of `count` requests at each gateway are allowed, all sent at once. */
async function allowed(gateways: readonly Buckets[], rule: ReturnType<typeof ruleOf>, count: number) {
  const takes = gateways.flatMap((buckets) => Array.from({ length: count }, () => buckets.take(rule, 'one')))
  return (await Promise.all(takes)).filter((verdict) => verdict.allowed).length
}

/** Waits until what one gateway counts is seen by the other. */
async function togetherAgain(one: Buckets, other: Buckets, name: string): Promise<void> {
  let turn = 0
  await until('they count together', async () => {
    const rule = ruleOf(`${name}-${turn++}`, 2)
    await one.take(rule, 'one')
    return (await other.take(rule, 'one')).remaining === 0
  })
}

test('two gateways allow together what one would, whoever is asked', async () => {
  const [one, other] = [await openGateway(), await openGateway()]
  await togetherAgain(one, other, 'start')
  assert.equal(await allowed([one, other], ruleOf('together'), 10), 10)
  const refused = await other.take(ruleOf('together'), 'one')
  assert.deepEqual([refused.allowed, refused.remaining], [false, 0])
  assert.ok(refused.waitMs > 0 && refused.waitMs <= 10_000_000)
  assert.equal((await other.take(ruleOf('together'), 'another')).remaining, 9)
})

test('while the server is away each gateway counts alone and says so once; then together again', async () => {
  const [one, other] = [await openGateway(), await openGateway()]
  await togetherAgain(one, other, 'before')
  await valkey.stop()
  assert.equal(await allowed([one, other], ruleOf('alone'), 20), 20)
  await until('both have said so', () => told.length === 2)
  await valkey.start()
  await togetherAgain(one, other, 'after')
  assert.deepEqual(
    told.map((message) => message.includes('does not answer')),
    [true, true, false, false],
  )
})

test('a server that hangs holds nobody up', async () => {
  const [one, other] = [await openGateway(), await openGateway()]
  await togetherAgain(one, other, 'awake')
  valkey.freeze()
  assert.equal(await allowed([one, other], ruleOf('asleep'), 20), 20)
  valkey.thaw()
  await togetherAgain(one, other, 'thawed')
})

test('a gateway opens where there is no server yet, and shares once there is one', async () => {
  await valkey.stop()
  const [one, other] = [await openGateway(), await openGateway()]
  assert.equal(await allowed([one, other], ruleOf('early'), 20), 20)
  await valkey.start()
  await togetherAgain(one, other, 'later')
})

test('two gateways with one VALKEY_URL let an address in as often as one would', async () => {
  const environment = { VALKEY_URL: valkey.url.replace('redis:', 'valkey:'), RATE_LIMIT_ADDRESS_AUTH: '4' }
  const doors = await Promise.all([openDoor({ environment }), openDoor({ environment })])
  try {
    let visitor = 1
    const remoteAddress = () => `203.0.113.${visitor}`
    const prove = async ({ app }: (typeof doors)[number]) => {
      const sent = { method: 'POST', url: '/api/prove', remoteAddress: remoteAddress() } as const
      return (await app.inject(sent)).statusCode
    }
    await until('both count there', async () => {
      visitor++
      const once = await Promise.all([...doors, ...doors, ...doors].map(prove))
      return once.filter((status) => status === 204).length === 4
    })
    assert.deepEqual(await Promise.all(doors.map(prove)), [429, 429])
  } finally {
    await Promise.all(doors.map(({ app }) => app.close()))
  }
})
