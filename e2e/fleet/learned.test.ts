import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type TestDatabases, testDatabases } from '@rialto/kit/postgres'
import { until } from '@rialto/kit/until'
import { stockShop } from '../goods.ts'
import { type GuideFiles, pointsOf, writeGuide } from '../guide.ts'
import { environmentOf } from '../shop.ts'
import { buy, openStaff, openVisitor, type Visitor } from '../visitor.ts'
import { openTestFleet, type TestFleet } from './open-test-fleet.ts'

// A service that the gateways have never heard of joins a fleet, in versions that come and go.

const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 99 }
const root = join(import.meta.dirname, '../..')
const rules = '/api/loyalty/rules'
const laterVersion = [
  {
    file: 'contract.ts',
    was: '    getPoints: {',
    is: `    getRules: {
      method: 'GET',
      path: '/loyalty/rules',
      access: 'anyone',
      summary: 'Read how points are given',
      reply: { 200: Type.Object({ perUnit: Type.Integer() }) },
    },
    getPoints: {`,
  },
  { file: 'service.ts', was: 'routes: {', is: 'routes: { getRules: async () => ({ perUnit: 1 }),' },
]
const brokenVersion = { file: 'contract.ts', was: "path: '/loyalty/points'", is: "path: '/cart'" }

let fleet: TestFleet
let guide: GuideFiles
let databases: TestDatabases
let buyer: Visitor
let pids: readonly unknown[]
let first: ChildProcess
let second: ChildProcess
const running = new Set<ChildProcess>()

before(async () => {
  guide = await writeGuide()
  databases = await testDatabases()
  fleet = await openTestFleet({ replicas: 'gateway=2' })
  pids = fleet.members.map(({ pid }) => pid)
})
after(async () => {
  for (const child of running) child.kill('SIGKILL')
  await fleet?.close()
  await databases?.stop()
  await guide?.remove()
})

/** Starts a service as the guide says; all of its processes have one database. */
async function start(folder: string): Promise<ChildProcess> {
  const read = (file: string) => readFileSync(join(fleet.dataDir, file), 'utf8')
  const env = environmentOf(join(fleet.dataDir, 'loyalty'), {
    HOST: '127.0.0.1',
    RIALTO_SECRET: read('secret'),
    NATS_URL: read('nats/url'),
    LOYALTY_DATABASE_URL: await databases.ensureDatabase('loyalty'),
    LOG_LEVEL: 'error',
  })
  const child = spawn(process.execPath, ['rialto.ts', folder], {
    cwd: root,
    env: { ...env, NODE_TEST_CONTEXT: undefined } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  await until('the service is open', () => {
    if (child.exitCode !== null) throw new Error(`It did not start:\n${said}`)
    return said.includes('Open: loyalty at')
  })
  return child
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
  running.delete(child)
}

/** The statuses of so many requests, each over a connection of its own, so that all gateways are asked. */
async function statuses(path: string, count = 40): Promise<number[]> {
  const asked = Array.from({ length: count }, async () => {
    const reply = await fetch(fleet.url + path, { headers: { connection: 'close' } })
    await reply.arrayBuffer()
    return reply.status
  })
  return [...new Set(await Promise.all(asked))]
}

const openApi = async () => (await fetch(`${fleet.url}/openapi.json`)).json()

test('its operation is served and described by gateways that were there before it', async (t) => {
  buyer = openVisitor(fleet)
  assert.deepEqual(await statuses('/api/loyalty/points'), [404])
  first = await start(guide.folder)
  const began = performance.now()
  await until('all gateways serve it', async () => (await statuses('/api/loyalty/points')).join() === '200')
  t.diagnostic(`all gateways serve it ${Math.round(performance.now() - began)} ms after it was open`)
  await until('all describe it', async () => '/api/loyalty/points' in (await openApi()).paths)
  assert.deepEqual(
    fleet.members.map(({ pid }) => pid),
    pids,
  )
})

test('it hears of orders, and gives points for them', async () => {
  const variantId = (await stockShop(await openStaff(fleet), [good])).get(good.handle)?.[0]?.id ?? ''
  await buy(buyer.call, { variantId, quantity: 2 })
  await until('the points are there', async () => (await pointsOf(buyer)).orders === 1)
  assert.ok((await pointsOf(buyer)).balance >= 49)
})

test('while two versions are at work both answer, and what only the later one knows goes to it', async () => {
  second = await start(await guide.variant(...laterVersion))
  await until('all gateways serve what is new', async () => (await statuses(rules)).join() === '200')
  assert.deepEqual(await statuses('/api/loyalty/points'), [200])
  await end(first)
  assert.deepEqual([await statuses(rules), await statuses('/api/loyalty/points')], [[200], [200]])
})

test('a version that breaks what was promised changes nothing', async () => {
  const described = await openApi()
  const broken = await start(await guide.variant(brokenVersion))
  for (let count = 0; count < 5; count++)
    assert.deepEqual([await statuses(rules), await statuses('/api/loyalty/points')], [[200], [200]])
  assert.deepEqual(await openApi(), described)
  await end(broken)
})

test('when it ends the rest goes on, and it is told to be away', async () => {
  await end(second)
  await until('it is away', async () => (await statuses('/api/loyalty/points')).join() === '503')
  const reply = await fetch(`${fleet.url}/api/loyalty/points`)
  const { code, service } = (await reply.json()) as { code: string; service: string }
  assert.deepEqual([code, service], ['unavailable', 'loyalty'])
  assert.deepEqual(await statuses('/api/products'), [200])
})
