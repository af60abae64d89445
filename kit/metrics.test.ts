import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { serveMetrics } from './export-telemetry.ts'
import { measureOperation } from './measures.ts'
import { collect, counter, gauge, histogram } from './metrics.ts'
import { notFound } from './problem.ts'

let served: Awaited<ReturnType<typeof serveMetrics>>

before(async () => {
  served = await serveMetrics({ name: 'things', version: '1', id: 'one' }, { port: 0, host: '127.0.0.1' })
})
after(() => served.close())

interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The text format of Prometheus, read strictly: every line is one of its kinds, and every sample has a type. */
function parse(text: string): Sample[] {
  const types = new Map<string, string>()
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# HELP '))
    .flatMap((line) => {
      const [, typed, type] = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line) ?? []
      if (typed && type) {
        assert.ok(!types.has(typed), `${typed} is told twice`)
        types.set(typed, type)
        return []
      }
      const [, name = '', labels = '', value = ''] = /^([a-zA-Z_:]\w*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      assert.ok(types.has(name) || types.has(name.replace(/_(?:bucket|sum|count)$/, '')), line)
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"(?:,|$)/g)]
      assert.equal(pairs.map(([pair]) => pair).join(''), labels, line)
      assert.ok(!Number.isNaN(Number(value)) || /^[+-]Inf$/.test(value), line)
      return [
        {
          name,
          labels: Object.fromEntries(pairs.map(([, key, of]) => [key as string, of as string])),
          value: Number(value),
        },
      ]
    })
}

async function scrape(): Promise<Sample[]> {
  const reply = await fetch(`http://127.0.0.1:${served.port}/metrics`)
  assert.equal(reply.status, 200)
  assert.match(reply.headers.get('content-type') ?? '', /^text\/plain/)
  return parse(await reply.text())
}

function found(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>>) {
  const matches = (sample: Sample) =>
    Object.entries(labels).every(([key, value]) => sample.labels[key] === value)
  return samples.find((sample) => sample.name === name && matches(sample))?.value
}

test('Prometheus reads what operations took, and what came of them', async () => {
  const measure = measureOperation({ service: 'things', name: 'getThing' })
  measure.done(performance.now())
  measure.done(performance.now())
  measure.threw(performance.now(), notFound('It is not there.'))
  measure.threw(performance.now(), new Error('broken'))
  const samples = await scrape()
  const name = 'rialto_operation_duration_seconds'
  const of = { service: 'things', operation: 'getThing' }
  assert.equal(found(samples, `${name}_count`, { ...of, outcome: 'ok' }), 2)
  assert.equal(found(samples, `${name}_bucket`, { ...of, outcome: 'ok', le: '+Inf' }), 2)
  assert.equal(found(samples, `${name}_count`, { ...of, outcome: 'refused' }), 1)
  assert.equal(found(samples, `${name}_count`, { ...of, outcome: 'failed' }), 1)
  assert.equal(found(samples, 'rialto_problems_total', { ...of, problem: 'not-found' }), 1)
})

test('there is nothing but metrics at the port', async () => {
  assert.equal((await fetch(`http://127.0.0.1:${served.port}/`)).status, 404)
})

test('a label with ever new values comes to an end', async () => {
  const wild = counter('rialto_wild_total', 'For tests', ['word'])
  for (let number = 0; number < 5_000; number++) wild(`word ${number}`).add()
  const [points = []] = (await collect())
    .filter(({ name }) => name === 'rialto_wild_total')
    .map((one) => one.points)
  assert.equal(points.length, 1_001)
  assert.equal(points.find(({ labels }) => labels.word === 'other')?.value, 4_000)
})

test('durations are told by their bounds', async () => {
  const seconds = histogram('rialto_nap_seconds', 'For tests')()
  for (const nap of [0.0004, 0.3, 0.3, 60]) seconds.record(nap)
  const samples = await scrape()
  const below = (le: string) => found(samples, 'rialto_nap_seconds_bucket', { le })
  assert.deepEqual(['0.0005', '0.25', '0.5', '15', '+Inf'].map(below), [1, 1, 3, 3, 4])
})

test('what cannot be read is left out, and the rest is told', async () => {
  const ends = [
    gauge('rialto_broken', 'For tests', [], async () => {
      throw new Error('away')
    }),
    gauge('rialto_whole', 'For tests', ['of'], () => [{ labels: { of: 'a "b" \\ \n' }, value: 3 }]),
  ]
  const samples = await scrape()
  assert.equal(found(samples, 'rialto_whole', {}), 3)
  assert.equal(found(samples, 'rialto_broken', {}), undefined)
  for (const end of ends) end()
})
