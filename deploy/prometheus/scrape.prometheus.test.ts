import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { freePort } from '@rialto/kit/free-port'
import { until } from '@rialto/kit/until'
import { stockShop } from '../../e2e/goods.ts'
import { openShop, type Shop } from '../../e2e/shop.ts'
import { buy, openStaff, openVisitor } from '../../e2e/visitor.ts'

// A real Prometheus with the rules of this folder asks a shop at work.

let shop: Shop
let prometheus: ChildProcess
let folder: string
let url: string

before(async () => {
  const metricsPort = await freePort()
  shop = await openShop({ env: { METRICS_PORT: String(metricsPort) } })
  folder = await mkdtemp(join(tmpdir(), 'rialto-prometheus-'))
  const listen = `127.0.0.1:${await freePort()}`
  url = `http://${listen}`
  await writeFile(join(folder, 'prometheus.yaml'), configuration(`127.0.0.1:${metricsPort}`))
  const words = [
    `--config.file=${join(folder, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${listen}`,
  ]
  prometheus = spawn('prometheus', words, { stdio: 'ignore' })
})
after(async () => {
  if (prometheus?.kill() && prometheus.exitCode === null) await once(prometheus, 'exit')
  await shop?.close()
  if (folder) await rm(folder, { recursive: true, force: true })
})

/** The rules as they are, looked at as often as a test wants them. */
function configuration(target: string): string {
  const rules = ['slos.yaml', 'alarms.yaml'].map((file) => join(import.meta.dirname, file))
  return JSON.stringify({
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: rules,
    scrape_configs: [{ job_name: 'rialto', honor_labels: true, static_configs: [{ targets: [target] }] }],
  })
}

interface Answer<Data> {
  readonly data: Data
}

/** Undefined while Prometheus is not up yet. */
async function ask<Data>(path: string): Promise<Data | undefined> {
  const reply = await fetch(url + path).catch(() => undefined)
  return reply?.ok ? ((await reply.json()) as Answer<Data>).data : undefined
}

async function figure(query: string): Promise<number | undefined> {
  type Found = { readonly result: readonly { readonly value: readonly [number, string] }[] }
  const found = await ask<Found>(`/api/v1/query?query=${encodeURIComponent(query)}`)
  const value = found?.result[0]?.value[1]
  return value === undefined ? undefined : Number(value)
}

test('what a shop sells is counted by Prometheus', async () => {
  const staff = await openStaff(shop)
  const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 100 }
  const variantId = (await stockShop(staff, [good])).get('wool-cap')?.[0]?.id ?? ''
  const { status } = await buy(openVisitor(shop).call, { variantId })
  assert.equal(status, 'confirmed')
  const placed = 'sum(rialto_events_said_total{service="orders",event="order.placed"})'
  assert.equal(await until('the order is counted', () => figure(placed)), 1)
  const checkouts =
    'sum(rialto_operation_duration_seconds_count{service="orders",operation="checkout",outcome="ok"})'
  assert.equal(await figure(checkouts), 1)
  assert.equal(await figure('count(rialto_outbox_messages)'), await figure('count(rialto_dead_letters)'))
})

test('every rule can be worked out of what a shop tells, and no alarm rings', async () => {
  type Rule = {
    readonly name: string
    readonly health: string
    readonly state?: string
    readonly lastError?: string
  }
  type Rules = { readonly groups: readonly { readonly rules: readonly Rule[] }[] }
  const rules = await until('every rule was looked at', async () => {
    const all = (await ask<Rules>('/api/v1/rules'))?.groups.flatMap((group) => group.rules) ?? []
    return all.length > 0 && all.every(({ health }) => health !== 'unknown') && all
  })
  assert.ok(rules.length > 20, `${rules.length} rules`)
  const failing = rules
    .filter(({ health }) => health !== 'ok')
    .map(({ name, lastError }) => [name, lastError])
  assert.deepEqual(failing, [])
  assert.deepEqual(
    rules.filter(({ state }) => state === 'firing').map(({ name }) => name),
    [],
  )
})
