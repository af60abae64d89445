import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createSign, createVerify } from './actor-token.ts'
import { contract, describe } from './contract.ts'
import { createDoor } from './door.ts'
import { notFound } from './problem.ts'
import { createRemote, type Remote } from './remote.ts'
import { Type } from './schema.ts'
import { silent } from './telemetry.ts'
import { beginTrace, hearSpans, presentSpan, type Span, sampleTraces } from './trace.ts'
import { until } from './until.ts'

const things = contract(
  'things',
  { version: 1, summary: 'For tests' },
  {
    getThing: {
      method: 'GET',
      path: '/things/:id',
      access: 'service',
      summary: 'Read',
      reply: { 200: Type.Object({ id: Type.String() }) },
    },
  },
)

const secret = 's'.repeat(32)
const spans: Span[] = []
/** What the other side worked in. */
const asked: (Span | undefined)[] = []
let door: FastifyInstance
let remote: Remote
let forget: () => void

before(async () => {
  forget = hearSpans((span) => spans.push(span))
  door = createDoor({
    services: [
      {
        contract: describe(things),
        dispatch: async (_, input, { span }) => {
          asked.push(span)
          if (input.id === 'gone') throw notFound('It is not there.')
          return { id: input.id }
        },
      },
    ],
    verify: createVerify({ secret }),
    health: { state: 'ready', databases: [] },
    version: '1',
    log: silent,
  })
  const url = await door.listen({ port: 0, host: '127.0.0.1' })
  remote = createRemote(url, createSign({ secret, issuer: 'cart' }))
})
after(async () => {
  forget()
  sampleTraces(undefined)
  await remote.close()
  await door.close()
})

function call(id: string, span: Span | undefined): Promise<unknown> {
  const actor = { kind: 'service', name: 'cart' } as const
  return remote.send(
    things.getThing,
    { id },
    { actor, requestId: 'req_1', deadline: Date.now() + 10_000, span },
  )
}

const begin = () => beginTrace(() => ({ name: 'click', kind: 'server', service: 'cart' }))

test('a call over the network goes on in the same trace, and names no thing', async () => {
  sampleTraces(1)
  const root = begin()
  await call('thing_1', root)
  const [client, server] = await until('both sides told', () => {
    const of = (kind: string) => spans.find((span) => span.kind === kind && span.traceId === root?.traceId)
    const both = [of('client'), of('server')] as const
    return both[0] && both[1] && both
  })
  assert.equal(client?.parentId, root?.spanId)
  assert.equal(server?.parentId, client?.spanId)
  assert.equal(client?.name, 'GET /things/:id')
  assert.equal(server?.name, 'GET /things/things/:id')
  assert.equal(server?.attributes['http.response.status_code'], 200)
  assert.equal(presentSpan(), undefined)
})

test('a refusal is no failure, and says what it is called', async () => {
  sampleTraces(1)
  const root = begin()
  await assert.rejects(call('gone', root), { code: 'not-found' })
  const client = spans.find(({ kind, traceId }) => kind === 'client' && traceId === root?.traceId)
  assert.equal(client?.failed, false)
  assert.equal(client?.attributes['rialto.problem'], 'not-found')
})

test('what is not sampled here is not sampled there, and keeps the id of its trace', async () => {
  sampleTraces(0)
  const root = begin()
  sampleTraces(1)
  const told = spans.length
  await call('thing_1', root)
  assert.equal(asked.at(-1)?.sampled, false)
  assert.equal(asked.at(-1)?.traceId, root?.traceId)
  assert.equal(spans.length, told)
})
