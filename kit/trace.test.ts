import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import {
  beginTrace,
  hearSpans,
  inSpan,
  originOf,
  type Span,
  sampleTraces,
  traceparentOf,
  within,
} from './trace.ts'

const start = () => ({ name: 'checkout', kind: 'server', service: 'orders' }) as const

afterEach(() => sampleTraces(undefined))

function ended(): Span[] {
  const spans: Span[] = []
  hearSpans((span) => spans.push(span))
  return spans
}

test('what one process begins another one continues', async () => {
  sampleTraces(1)
  const spans = ended()
  const here = beginTrace(start)
  assert.ok(here)
  const there = beginTrace(start, originOf(traceparentOf(here)))
  there?.end()
  here.end()
  assert.equal(spans[0]?.traceId, spans[1]?.traceId)
  assert.equal(spans[0]?.parentId, here.spanId)
  assert.match(traceparentOf(here), /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
})

test('what is not sampled stays so everywhere, and has one id for the log', async () => {
  sampleTraces(0)
  const spans = ended()
  const span = beginTrace(start)
  sampleTraces(1)
  const there = beginTrace(start, originOf(traceparentOf(span as Span)))
  assert.equal(there?.sampled, false)
  assert.equal(there?.traceId, span?.traceId)
  await within(there, () => inSpan(start(), async (part) => assert.equal(part, undefined)))
  there?.end()
  assert.deepEqual(spans, [])
})

test('a stranger names the trace, but does not decide that it is sampled', () => {
  sampleTraces(0)
  const origin = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true }
  const span = beginTrace(start, origin, true)
  assert.equal(span?.sampled, false)
  assert.equal(span?.traceId, origin.traceId)
  assert.equal(beginTrace(start, origin)?.sampled, true)
  sampleTraces(1)
  assert.equal(beginTrace(start, { ...origin, sampled: false }, true)?.sampled, false)
})

test('a part of the whole is sampled, as was asked for', () => {
  sampleTraces(0.1)
  const sampled = Array.from({ length: 10_000 }, () => beginTrace(start)).filter((span) => span?.sampled)
  assert.ok(sampled.length > 700 && sampled.length < 1_300, `${sampled.length} of 10,000`)
})

test('switched off, there is no trace at all', () => {
  assert.equal(beginTrace(start), undefined)
})

test('what is no traceparent begins a trace of its own', () => {
  const id = 'a'.repeat(32)
  for (const header of [
    '',
    'x',
    `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
    `ff-${id}-${'b'.repeat(16)}-01`,
    7,
  ])
    assert.equal(originOf(header), undefined)
  assert.equal(originOf(`00-${id}-${'b'.repeat(16)}-00`)?.sampled, false)
})

test('an error is known by its kind, not by its words', async () => {
  sampleTraces(1)
  const spans = ended()
  const failing = within(beginTrace(start), () =>
    inSpan(start(), async () => {
      throw Object.assign(new Error('jane@example.com is unknown'), { code: 'EENVELOPE' })
    }),
  )
  await assert.rejects(failing)
  assert.equal(spans[0]?.failed, true)
  assert.equal(spans[0]?.attributes['error.type'], 'EENVELOPE')
  assert.doesNotMatch(JSON.stringify(spans[0]), /jane/)
})

test('no trace takes more than its room in memory', () => {
  sampleTraces(1)
  const root = beginTrace(start)
  const parts = Array.from({ length: 2_000 }, () => root?.child(start())).filter(Boolean)
  assert.equal(parts.length, 999)
})
