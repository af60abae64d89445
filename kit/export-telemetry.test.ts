import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, test } from 'node:test'
import { exportTraces } from './export-telemetry.ts'
import { collect } from './metrics.ts'
import type { Logger } from './telemetry.ts'
import { beginTrace, sampleTraces } from './trace.ts'
import { until } from './until.ts'

// A collector may be slow or away; the shop neither waits for it nor fills its memory.

let server: Server
let answers = false
let told = ''
const warnings: string[] = []
const log = { warn: (_: unknown, said: string) => void warnings.push(said) } as unknown as Logger

before(async () => {
  process.env.OTEL_EXPORTER_OTLP_TIMEOUT = '300'
  sampleTraces(1)
  server = createServer(async (request, response) => {
    for await (const chunk of request) told += chunk
    if (answers) response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
after(() => {
  sampleTraces(undefined)
  server.closeAllConnections()
  server.close()
})

function open(everyMs: number): () => Promise<void> {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const of = { name: 'things', version: '1', id: 'one' }
  return exportTraces({ of, url: `http://127.0.0.1:${port}/v1/traces`, json: true, everyMs, log })
}

function finish(spans: number, name = 'work'): void {
  for (let made = 0; made < spans; made++)
    beginTrace(() => ({ name, kind: 'internal', service: 'things' }))?.end()
}

async function droppedSoFar(): Promise<number> {
  const told = (await collect()).find(({ name }) => name === 'rialto_spans_dropped_total')
  return Number(told?.points[0]?.value ?? 0)
}

test('what a collector does not answer to is kept up to a limit, and what is let go of is counted and told once', async () => {
  const close = open(60_000)
  finish(10_000)
  // One batch is on its way, and as many wait as may.
  const beyond = 10_000 - 512 - 2_048
  assert.equal(await droppedSoFar(), beyond)
  await until('the first batch is given up', async () => (await droppedSoFar()) >= beyond + 512)
  await until('the next one is too', async () => (await droppedSoFar()) >= beyond + 2 * 512)
  assert.deepEqual(warnings, ['the collector does not take spans'])
  const began = performance.now()
  await close()
  assert.ok(performance.now() - began < 3_000, 'nobody who ends waits for it')
})

test('a collector that answers is sent what has ended', async () => {
  answers = true
  const close = open(10)
  finish(1, 'after the rush')
  await until('it has come', () => told.includes('"after the rush"'))
  await close()
})
