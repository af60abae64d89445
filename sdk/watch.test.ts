import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contract, event } from '@rialto/kit/contract'
import { Type } from '@rialto/kit/schema'
import { createWatch, type Open } from './sdk.ts'

const moved = event('parcel.moved', 1, Type.Object({}))
const parcels = contract(
  'parcels',
  { version: 1, summary: 'For tests' },
  {
    get: {
      method: 'GET',
      path: '/parcels/:id',
      access: 'anyone',
      summary: 'Read',
      reply: { 200: Type.Object({ at: Type.String() }) },
      live: { on: [moved], by: 'id' },
    },
  },
)

type Answer = { status?: number; parts?: readonly (string | Uint8Array)[]; body?: object } | Error

/** A line that answers in this order. */
function openWith(answers: Answer[]) {
  const asked: Parameters<Open>[0][] = []
  const state = { cancelled: 0 }
  const open: Open = async (request) => {
    asked.push(request)
    request.signal?.throwIfAborted()
    const answer = answers.shift() ?? {}
    if (answer instanceof Error) throw answer
    const { status = 200, parts = [], body = {} } = answer
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const part of parts) controller.enqueue(typeof part === 'string' ? Buffer.from(part) : part)
        if (status !== 200 || answers.length > 0) controller.close()
      },
      cancel: () => {
        state.cancelled++
      },
    })
    return { status, body: stream, text: async () => JSON.stringify(body) }
  }
  return { open, asked, state }
}

const told = (id: string, at: string) => `id: ${id}\ndata: {"at":"${at}"}\n\n`

test('each state is told as it comes, in whatever pieces, and the line is closed when nobody listens', async () => {
  const whole = `:\n\n${told('1', 'Köln')}:\n\n${told('2', 'Bonn')}`
  const bytes = Array.from(Buffer.from(whole), (byte) => Uint8Array.of(byte))
  const { open, asked, state } = openWith([{ parts: bytes }])
  const watch = createWatch({ open, headers: { authorization: 'Bearer x' } })
  const seen: string[] = []
  for await (const { at } of watch(parcels.get, { id: 'a/b' })) {
    seen.push(at)
    if (seen.length === 2) break
  }
  assert.deepEqual([seen, state.cancelled], [['Köln', 'Bonn'], 1])
  assert.deepEqual(asked[0], {
    path: '/api/parcels/a%2Fb',
    headers: { authorization: 'Bearer x', accept: 'text/event-stream' },
    signal: undefined,
  })
})

test('a line that breaks is opened again, with the state that is known', async () => {
  const away = { status: 503, body: { code: 'unavailable' } }
  const { open, asked } = openWith([
    { parts: [told('1', 'A'), 'retry: 5\n\n'] },
    new TypeError('fetch failed'),
    away,
    { parts: [told('2', 'B')] },
  ])
  const states = createWatch({ open, random: () => 0 })(parcels.get, { id: '7' })
  assert.deepEqual([(await states.next()).value, (await states.next()).value], [{ at: 'A' }, { at: 'B' }])
  assert.deepEqual(
    asked.map(({ headers }) => headers['last-event-id']),
    [undefined, '1', '1', '1'],
  )
  await states.return(undefined)
})

test('a refusal is thrown, at the beginning or later', async () => {
  const gone = { status: 404, code: 'not-found', detail: 'Gone.' }
  const refused = openWith([{ status: 404, body: gone }])
  await assert.rejects(createWatch({ open: refused.open })(parcels.get, { id: '7' }).next(), {
    code: 'not-found',
  })
  const later = openWith([{ parts: [told('1', 'A'), `event: problem\ndata: ${JSON.stringify(gone)}\n\n`] }])
  const states = createWatch({ open: later.open })(parcels.get, { id: '7' })
  await states.next()
  await assert.rejects(states.next(), { code: 'not-found', status: 404, message: 'Gone.' })
})

test('whoever ends it gets the reason that they gave', async () => {
  const { open } = openWith([new TypeError('fetch failed'), new TypeError('fetch failed')])
  const controller = new AbortController()
  const waiting = createWatch({ open })(parcels.get, { id: '7' }, { signal: controller.signal }).next()
  controller.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
})
