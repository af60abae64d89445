import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyone } from '@rialto/kit/access'
import { createLocalBroker } from '@rialto/kit/broker'
import { contract, describe, type Operation } from '@rialto/kit/contract'
import { publicOperations } from '@rialto/kit/known-contracts'
import { entity, Type } from '@rialto/kit/schema'
import { silent } from '@rialto/kit/telemetry'
import fastify from 'fastify'
import { openLive } from '../live/live.ts'
import { createReplyCache } from '../reply-cache.ts'
import { standardTraffic } from '../traffic/traffic.ts'
import { addGraph } from './routes.ts'

test('operations that appear are in the graph; those that make no graph leave the last good one', async () => {
  const reading = (name: string, field: string) => ({
    [name]: {
      method: 'GET',
      path: `/${name}`,
      access: 'anyone',
      summary: 'Read',
      reply: { 200: entity('Thing', { [field]: Type.String() }) },
    } as const,
  })
  const operationsOf = (specs: ReturnType<typeof reading>): Operation[] =>
    publicOperations(describe(contract('things', { version: 1, summary: 'Things' }, specs)))
  const app = fastify()
  const serve = addGraph(app, {
    operations: operationsOf(reading('getOne', 'name')),
    dispatch: async ({ name }) => ({ name }),
    identify: async () => ({ actor: anyone }),
    visitor: async () => ({ actor: anyone }),
    lookAgain: async () => ({ actor: anyone }),
    live: openLive({ broker: createLocalBroker(), log: silent, settings: standardTraffic() }),
    visits: {
      guard: () => {},
      complete: (_operation, _request, body) => body,
      finish: () => {},
    },
    cache: createReplyCache(),
    log: silent,
    introspection: true,
  })
  const ask = async (query: string) => (await app.inject({ url: '/graphql', query: { query } })).json().data
  assert.deepEqual(await ask('{ one { name } }'), { one: { name: 'getOne' } })
  serve(operationsOf({ ...reading('getOne', 'name'), ...reading('getOther', 'name') }))
  assert.deepEqual(await ask('{ other { name } }'), { other: { name: 'getOther' } })
  serve(operationsOf({ ...reading('getOne', 'name'), ...reading('getLast', 'title') }))
  assert.equal(await ask('{ last { title } }'), undefined)
  assert.deepEqual(await ask('{ other { name } }'), { other: { name: 'getOther' } })
  await app.close()
})
