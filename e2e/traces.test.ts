import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '@rialto/kit/until'
import { createClient, type Send, sendByFetch } from '@rialto/sdk'
import { type CollectedSpan, type Collector, openCollector } from './collector.ts'
import { stockShop } from './goods.ts'
import { openMailServer } from './mail-server.ts'
import { openShop, type Shop } from './shop.ts'
import { buy, openStaff } from './visitor.ts'

// What a shopper does is one trace, from the click to the mail, in one process as well as over a fleet.

const isFleet = process.env.RIALTO_E2E === 'fleet'
let shop: Shop
let collector: Collector
let mailServer: Awaited<ReturnType<typeof openMailServer>>
/** Of the checkout. */
let trace: readonly CollectedSpan[]

const traceId = 'c0ffee00c0ffee00c0ffee00c0ffee00'
const clickId = 'feedfacefeedface'

before(async () => {
  collector = await openCollector()
  mailServer = await openMailServer()
  shop = await openShop({ env: { ...collector.env, SMTP_URL: mailServer.url } })
  const staff = await openStaff(shop)
  const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 100 }
  const variantId = (await stockShop(staff, [good])).get('wool-cap')?.[0]?.id ?? ''
  const { status } = await buy(clicking(shop), { variantId })
  assert.equal(status, 'confirmed')
  trace = await until('the whole checkout is told', wholeTrace)
})
after(async () => {
  await shop?.close()
  mailServer?.close()
  await collector?.close()
})

/** A browser that names the trace of its click on "pay". */
function clicking({ url }: Shop) {
  const cookies = new Map<string, string>()
  const send: Send = async (request) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const isClick = request.method === 'POST' && request.path.endsWith('/checkouts')
    const traced: Record<string, string> = isClick ? { traceparent: `00-${traceId}-${clickId}-01` } : {}
    const headers = { ...request.headers, ...(cookie && { cookie }), ...traced }
    const reply = await sendByFetch(url, {})({ ...request, headers })
    for (const line of reply.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';', 1)[0]?.split('=') ?? []
      cookies.set(name, value)
    }
    return reply
  }
  return createClient({ send })
}

/** Undefined until each span that belongs to it is there, and the parent of each. */
function wholeTrace(): readonly CollectedSpan[] | undefined {
  const spans = collector.spans.filter((span) => span.traceId === traceId)
  const ids = new Set([...spans.map(({ spanId }) => spanId), clickId])
  const isWhole = spans.every(({ parentSpanId }) => parentSpanId !== undefined && ids.has(parentSpanId))
  return isWhole && missingIn(spans).length === 0 ? spans : undefined
}

const expected: readonly (readonly [service: string, name: string])[] = [
  ['gateway', 'POST /api/checkouts'],
  ['orders', isFleet ? 'POST /orders/checkouts' : 'orders.checkout'],
  ['inventory', isFleet ? 'POST /inventory/reservations' : 'inventory.reserve'],
  ['payments', 'payment gateway authorize'],
  ['orders', 'publish order.placed'],
  ['inventory', 'process order.placed'],
  ['payments', 'process order.placed'],
  ['payments', 'payment gateway capture'],
  ['orders', 'process payment.captured'],
  ['cart', 'process order.placed'],
  ['notifications', 'process order.placed'],
  ['notifications', 'perform send-delivery'],
  ['notifications', 'send mail'],
]

function missingIn(spans: readonly CollectedSpan[]) {
  return expected.filter(
    ([service, name]) => !spans.some((span) => span.service === service && span.name === name),
  )
}

test('a checkout is one trace, from the click to the mail, and no chain in it is broken', () => {
  const [root, ...others] = trace.filter(({ parentSpanId }) => parentSpanId === clickId)
  assert.equal(root?.service, 'gateway')
  assert.deepEqual(others, [])
})

test('each service in it asks its own database, and tells no values', () => {
  const statements = trace.filter(({ attributes }) => attributes['db.system.name'] === 'postgresql')
  const databases = new Set(statements.map(({ attributes }) => attributes['db.namespace']))
  for (const name of ['orders', 'inventory', 'payments', 'notifications', 'cart'])
    assert.ok(databases.has(name), name)
  const texts = statements.map(({ attributes }) => String(attributes['db.query.text'] ?? ''))
  assert.ok(texts.some((text) => text.includes('$1')))
})

test('addresses are told as templates', () => {
  const routes = trace.map(({ attributes }) => attributes['http.route'] ?? attributes['url.template'])
  for (const route of routes) assert.doesNotMatch(String(route), /_[0-9a-z]{20}|\?/)
  for (const { name } of trace) assert.doesNotMatch(name, /_[0-9a-z]{20}|\?/)
})
