import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { until } from '@rialto/kit/until'
import type { ApiCall } from '@rialto/sdk'
import { webhooks } from '@rialto/webhooks/contract'
import { stockShop } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import { buy, openStaff, openVisitor } from './visitor.ts'

// Somebody outside who is told of orders, with the receiver that the guide gives them.

let shop: Shop
let staff: ApiCall
let variantId: string
let folder: string
let port: number

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rialto-receiver-'))
  port = await freePort()
  await writeFile(join(folder, 'receiver.mjs'), await exampleOf('webhooks.md'))
  shop = await openShop({ env: { WEBHOOK_INTERNAL_NETWORKS: '127.0.0.1' } })
  staff = await openStaff(shop)
  const goods = await stockShop(staff, [{ handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 50 }])
  variantId = goods.get('wool-cap')?.[0]?.id ?? ''
})
after(async () => {
  await shop?.close()
  await rm(folder, { recursive: true, force: true })
})

/** The program that a guide shows. */
async function exampleOf(guide: string): Promise<string> {
  const page = await readFile(join(import.meta.dirname, '../docs/guides', guide), 'utf8')
  const [, program] = /```js\n([\s\S]+?)```/.exec(page) ?? []
  assert.ok(program, `${guide} shows no program`)
  return program
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: found } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return found
}

interface Running {
  /** What it has said so far, by line. */
  readonly lines: () => string[]
  end(): Promise<void>
}

async function startReceiver(secret: string): Promise<Running> {
  let output = ''
  const child: ChildProcess = spawn(process.execPath, [join(folder, 'receiver.mjs')], {
    env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  await until('the receiver answers', async () => {
    const reply = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: '{}' }).catch(
      () => undefined,
    )
    // It takes nothing that is not signed.
    return reply?.status === 401
  })
  return {
    lines: () => output.split('\n').filter(Boolean),
    end: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function placeOrder(): Promise<string> {
  const { call } = openVisitor(shop)
  const { orderId } = await buy(call, { variantId })
  assert.ok(orderId)
  return orderId
}

test('an order arrives signed at a receiver; what it misses while it and the shop are away follows, once each', async () => {
  const { id, secret } = await staff(webhooks.createWebhook, {
    url: `http://127.0.0.1:${port}/orders`,
    eventTypes: ['order.placed'],
  })
  const before = await startReceiver(secret)
  const first = await placeOrder()
  await until('it was told', () => before.lines().length > 0)
  assert.deepEqual(before.lines(), [`order.placed ${first}`])
  // Else it would have to come again.
  await until('its answer was heard', async () => {
    const { items } = await staff(webhooks.listWebhookDeliveries, { id })
    return items[0]?.status === 'delivered'
  })
  await before.end()

  const missed = [await placeOrder(), await placeOrder()]
  await until('it was tried in vain', async () => {
    const { items } = await staff(webhooks.listWebhookDeliveries, { id })
    return items.some(({ lastError }) => lastError === 'No connection: ECONNREFUSED')
  })
  await shop.kill()
  const back = await startReceiver(secret)
  try {
    await shop.restart()
    staff = await openStaff(shop)
    await until('all is told', () => back.lines().length >= missed.length)
    await until('nothing waits any more', async () => (await staff(webhooks.getWebhook, { id })).queued === 0)
    assert.deepEqual(back.lines().sort(), missed.map((order) => `order.placed ${order}`).sort())
  } finally {
    await back.end()
  }
})

test('nobody can have the shop knock at doors that were not opened', async () => {
  for (const host of ['10.0.0.1', '169.254.169.254', '[::1]', 'user@erp.example'])
    await assert.rejects(
      staff(webhooks.createWebhook, { url: `https://${host}/`, eventTypes: ['order.placed'] }),
      /url/,
      host,
    )
})
