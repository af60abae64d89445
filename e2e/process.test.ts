import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAlive } from '@rialto/kit/postgres-lock'
import { until } from '@rialto/kit/until'
import { pricing } from '@rialto/pricing/contract'
import type { ApiCall } from '@rialto/sdk'
import { databaseUrls, settledViolations } from './checker.ts'
import { makeDataFolder } from './data-folder.ts'
import { stockShop } from './goods.ts'
import { environmentOf, familyOf, openShop, postgresPid, type Shop } from './shop.ts'
import { cards, decided, fillCart, openStaff, openVisitor, pay, prepare } from './visitor.ts'

// The shop as a process: how it ends, and what it leaves behind.

test('a shop that is killed takes its PostgreSQL along, and starts again on its data', async () => {
  const shop = await openShop({ env: { SHOP_NAME: 'Once' } })
  try {
    const family = familyOf(shop.process.pid ?? 0)
    const postgres = postgresPid(shop.dataDir)
    assert.ok(postgres !== undefined && family.includes(postgres))
    await shop.kill()
    await allGone(family)
    await shop.restart()
    assert.equal((await openVisitor(shop).call(pricing.getShopSettings, {})).name, 'Once')
  } finally {
    await shop.close()
  }
})

test('Ctrl-C answers what is running, then ends everything, within its five seconds', async () => {
  const shop = await openShop()
  try {
    const { call: first, attempt } = await buyer(shop)
    const others = await Promise.all(Array.from({ length: 8 }, () => buyer(shop)))
    const family = familyOf(shop.process.pid ?? 0)
    const browsing = browse(shop)
    const pressed = others.map((other) => pay(other.call, other.attempt))
    const settled = Promise.allSettled(pressed)
    await pay(first, attempt)
    // After five seconds it would end itself with another code.
    assert.equal(await shop.stop(), 0, shop.output)
    const answers = await settled
    await browsing
    await allGone(family)

    await shop.restart()
    for (const [index, answer] of answers.entries()) {
      const other = others[index]
      if (answer.status === 'rejected' || !other) continue
      assert.equal((await decided(other.call, answer.value.id)).status, 'confirmed')
    }
    assert.deepEqual(await settledViolations(databaseUrls(shop.dataDir)), [])
  } finally {
    await shop.close()
  }
})

test('a second shop on the same data is refused and says whose it is', async () => {
  const shop = await openShop()
  try {
    await assert.rejects(openShop({ dataDir: shop.dataDir }), ({ message }: Error) => {
      return message.includes(shop.dataDir) && message.includes(String(shop.process.pid))
    })
    assert.equal((await fetch(`${shop.url}/api/shop`)).status, 200)
  } finally {
    await shop.close()
  }
})

test('wrong settings stop the start, each named with what to give', async () => {
  await assert.rejects(openShop({ env: { PORT: 'http', LOG_LEVEL: 'loud' } }), ({ message }: Error) => {
    return /PORT/.test(message) && /LOG_LEVEL/.test(message) && !/\bat .*\.ts:/.test(message)
  })
  const proxies = { TRUSTED_PROXIES: '10.0.0.0/8,anybody' }
  await assert.rejects(openShop({ env: proxies }), /TRUSTED_PROXIES has no address in "anybody"\. Give/)
})

test('who ends it while the demo catalog is loaded reads of no failure', async () => {
  const dataDir = await makeDataFolder('process')
  try {
    const shop = spawn(process.execPath, ['rialto.ts'], {
      cwd: join(import.meta.dirname, '..'),
      env: environmentOf(dataDir, { RIALTO_DEMO: 'true' }) as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [shop.stdout, shop.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (text.includes('Loading the demo catalog')) shop.kill('SIGINT')
      })
    }
    const [code] = await once(shop, 'exit')
    assert.match(output, /Loading the demo catalog/)
    assert.doesNotMatch(output, /is open|did not start/)
    assert.equal(code, 0)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})

test('in production the known accounts, the inbox and the kept secret are gone', async () => {
  const env = { NODE_ENV: 'production', RIALTO_ADMIN_EMAIL: '', RIALTO_ADMIN_PASSWORD: '' }
  await assert.rejects(openShop({ env }), /RIALTO_SECRET is required/)
  const known = { ...env, RIALTO_SECRET: 'development-only-secret-that-everybody-knows' }
  await assert.rejects(openShop({ env: known }), /RIALTO_SECRET is a key for development/)
  const shop = await openShop({
    isFirstStart: true,
    env: { ...env, RIALTO_SECRET: 'x'.repeat(32), RIALTO_DEMO: 'true' },
  })
  try {
    await assert.rejects(openStaff(shop), { status: 401 })
    const reply = await fetch(`${shop.url}/api/inbox`)
    await reply.arrayBuffer()
    assert.equal(reply.status, 404)
    assert.doesNotMatch(shop.output, /rialto-demo/)
  } finally {
    await shop.close()
  }
})

const stocked = new WeakMap<Shop, Promise<string>>()

async function buyer(shop: Shop) {
  const variantId = await (stocked.get(shop) ?? stock(shop))
  const { call } = openVisitor(shop)
  return { call, attempt: await prepare(call, await fillCart(call, { variantId }), cards.approved) }
}

function stock(shop: Shop): Promise<string> {
  const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 100 }
  const variantId = openStaff(shop)
    .then((staff: ApiCall) => stockShop(staff, [good]))
    .then((variants) => variants.get('wool-cap')?.[0]?.id ?? '')
  stocked.set(shop, variantId)
  return variantId
}

/** Reads pages until the shop takes no more; whatever is answered is whole. */
async function browse(shop: Shop): Promise<number> {
  const { url } = shop
  for (let count = 0; ; count++) {
    const reply = await fetch(`${url}/api/products`).catch(() => undefined)
    if (!reply || reply.status === 503) return count
    const { items } = (await reply.json()) as { items: unknown[] }
    assert.equal(items.length, 1)
  }
}

async function allGone(family: readonly number[]): Promise<void> {
  const left = () => family.filter(isAlive)
  await until(`none of ${family} is left`, () => left().length === 0, { limitMs: 15_000 })
}
