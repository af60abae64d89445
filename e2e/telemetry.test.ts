import assert from 'node:assert/strict'
import { createServer, type Server, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { freePort } from '@rialto/kit/free-port'
import { until } from '@rialto/kit/until'
import { stockShop } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import { buy, openStaff, openVisitor } from './visitor.ts'

// A shop does not need those who look at it: the collector takes connections, and never says a word.

let shop: Shop
let collector: Server
let metricsUrl: string
const sockets = new Set<Socket>()

before(async () => {
  collector = createServer((socket) => void sockets.add(socket.on('error', () => {})))
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  const { port } = collector.address() as { port: number }
  const metricsPort = await freePort()
  metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`
  shop = await openShop({
    fleet: false,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      RIALTO_TRACE_SAMPLE: '1',
      METRICS_PORT: String(metricsPort),
      LOG_LEVEL: 'warn',
    },
  })
})
after(async () => {
  await shop?.close()
  for (const socket of sockets) socket.destroy()
  collector?.close()
})

async function dropped(): Promise<number> {
  const text = await (await fetch(metricsUrl)).text()
  return Number(/^rialto_spans_dropped_total(?:\{\})? (\d+)$/m.exec(text)?.[1] ?? 0)
}

test('people buy while the collector is silent; what is lost is counted, and told once', async () => {
  const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 100 }
  const variantId = (await stockShop(await openStaff(shop), [good])).get('wool-cap')?.[0]?.id ?? ''
  for (let bought = 0; bought < 3; bought++) {
    const lost = await dropped()
    const { status } = await buy(openVisitor(shop).call, { variantId })
    assert.equal(status, 'confirmed')
    await until('more spans are let go of', async () => (await dropped()) > lost)
  }
  assert.equal(shop.output.match(/the collector does not take spans/g)?.length, 1)
})

test('who ends does not wait for it', async () => {
  const began = performance.now()
  assert.equal(await shop.stop(), 0)
  assert.ok(performance.now() - began < 10_000)
})
