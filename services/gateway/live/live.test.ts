import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { notFound, unauthenticated, unavailable } from '@rialto/kit/problem'
import { until } from '@rialto/kit/until'
import { createWatch, openByFetch } from '@rialto/sdk'
import { type DoorOptions, levelChanged, openDoor, parcelMoved, things } from '../testing.ts'
import { patience as standardPatience } from '../traffic/slow-clients.ts'
import { openStream } from './stream.ts'

const quick = { gapMs: 5, checkMs: { owned: 30, shared: 30 }, heartbeatMs: 20, lifetimeMs: 60_000 }
const slow = { ...quick, checkMs: { owned: 60_000, shared: 60_000 } }

/** A gateway that listens, before a parcel of the guest who is `owner` and a level for all. */
async function openShop(t: TestContext, options: DoorOptions = {}) {
  const state = { at: 'packed', level: 5, reads: 0, owner: undefined as string | undefined, isAway: false }
  const door = await openDoor({
    liveTimes: slow,
    ...options,
    more: {
      getParcel: ({ id }, { actor }) => {
        if (state.isAway) throw unavailable('Away.', {})
        if (!('id' in actor)) throw unauthenticated('Sign in.')
        state.owner ??= actor.id
        if (actor.id !== state.owner) throw notFound('There is no such parcel.')
        return { id, at: state.at, secret: 'swordfish' }
      },
      getLevels: () => {
        state.reads++
        return { level: state.level }
      },
    },
  })
  const url = await door.app.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => door.app.close())
  const guest = async () => {
    const reply = await door.get('/mine')
    return { cookie: String(reply.headers['set-cookie']).split(';')[0] ?? '' }
  }
  return {
    ...door,
    url,
    state,
    guest,
    watch: (headers: Record<string, string> = {}) => createWatch({ open: openByFetch(url), headers }),
    open: (path: string, headers: Record<string, string> = {}) => {
      const controller = new AbortController()
      t.after(() => controller.abort())
      return fetch(`${url}/api${path}`, {
        headers: { accept: 'text/event-stream', ...headers },
        signal: controller.signal,
      })
    },
  }
}

/** All that has come of a stream so far. */
function listen(answer: Response) {
  const heard = { text: '', ended: false }
  const read = async () => {
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>)
      heard.text += Buffer.from(part).toString()
    heard.ended = true
  }
  read().catch(() => {
    heard.ended = true
  })
  return heard
}

const statesIn = ({ text }: { text: string }) => [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => data)

test('whoever looks at what is theirs sees it change', async (t) => {
  const { guest, state, say, watch } = await openShop(t)
  const seen: string[] = []
  for await (const parcel of watch(await guest())(things.getParcel, { id: '1' })) {
    seen.push(parcel.at)
    assert.deepEqual(Object.keys(parcel), ['id', 'at'])
    if (parcel.at === 'delivered') break
    state.at = seen.length === 1 ? 'shipped' : 'delivered'
    await say(parcelMoved.name)
  }
  assert.deepEqual(seen, ['packed', 'shipped', 'delivered'])
})

test('what belongs to somebody else is not watched', async (t) => {
  const { guest, watch, open } = await openShop(t)
  await watch(await guest())(things.getParcel, { id: '1' }).next()
  const stranger = await open('/parcels/1', await guest())
  assert.deepEqual([stranger.status, (await stranger.json()).code], [404, 'not-found'])
  const told = await watch(await guest())(things.getParcel, { id: '1' })
    .next()
    .catch((error) => error.code)
  assert.equal(told, 'not-found')
})

test('a stream ends with the access to what it tells', async (t) => {
  const { guest, state, watch } = await openShop(t, { liveTimes: quick })
  const states = watch(await guest())(things.getParcel, { id: '1' })
  await states.next()
  state.owner = 'guest_other'
  await assert.rejects(states.next(), { code: 'not-found', status: 404 })
})

test('what is away for a moment ends no stream', async (t) => {
  const { guest, state, watch } = await openShop(t, { liveTimes: quick })
  const states = watch(await guest())(things.getParcel, { id: '1' })
  await states.next()
  state.isAway = true
  state.at = 'shipped'
  const next = states.next()
  setImmediate(() => {
    state.isAway = false
  })
  assert.deepEqual((await next).value, { id: '1', at: 'shipped' })
})

test('a change whose event was lost is noticed all the same', async (t) => {
  const { state, watch } = await openShop(t, { liveTimes: quick })
  const states = watch()(things.getLevels, { ids: ['1'] })
  await states.next()
  state.level = 4
  assert.deepEqual((await states.next()).value, { level: 4 })
})

test('what all may see is read once for all who watch it, and bursts are one reading', async (t) => {
  const { state, say, open } = await openShop(t, { liveTimes: { ...slow, gapMs: 200 } })
  const heard = (await Promise.all([1, 2, 3].map(() => open('/levels?ids=1&ids=2')))).map(listen)
  await until('all know the level', () => heard.every(({ text }) => text.includes('"level":5')))
  assert.equal(state.reads, 1)
  state.level = 4
  for (let count = 0; count < 50; count++) await say(levelChanged.name, count % 2 === 0 ? '1' : '2')
  await say(levelChanged.name, '3')
  await until('all know the new level', () => heard.every(({ text }) => text.includes('"level":4')))
  assert.ok(state.reads <= 3, `${state.reads} readings`)
  assert.deepEqual(heard.map(statesIn), Array(3).fill(['{"level":5}', '{"level":4}']))
})

test('who comes again with the state they have is told only when it changes', async (t) => {
  const { state, say, open } = await openShop(t)
  const first = listen(await open('/levels?ids=1'))
  await until('the level is told', () => first.text.includes('data:'))
  const id = /^id: (.*)$/m.exec(first.text)?.[1] ?? ''
  const again = listen(await open('/levels?ids=1', { 'last-event-id': id }))
  await until('the stream is open', () => again.text.includes(':'))
  state.level = 3
  await say(levelChanged.name)
  await until('the change is told', () => again.text.includes('data:'))
  assert.deepEqual(statesIn(again), ['{"level":3}'])
})

test('there are so many streams of a shopper, of an address and of all', async (t) => {
  const full = async (environment: Record<string, string>, headers = {}) => {
    const { open, guest } = await openShop(t, { environment })
    const mine = { ...(await guest()), ...headers }
    const first = await open('/parcels/1', mine)
    const second = await open('/parcels/1', mine)
    const refusal = [second.status, second.headers.get('retry-after'), (await second.json()).code]
    await first.body?.cancel()
    await until('the place is free', async () => {
      const third = await open('/parcels/1', mine)
      await third.body?.cancel()
      return third.status === 200
    })
    return refusal
  }
  assert.deepEqual(await full({ LIVE_STREAMS_PER_SHOPPER: '1' }), [429, '30', 'too-many-requests'])
  assert.deepEqual(await full({ LIVE_STREAMS: '1' }), [503, '30', 'overloaded'])
  const far = { 'x-forwarded-for': '203.0.113.7' }
  const proxied = { LIVE_STREAMS_PER_ADDRESS: '1', TRUSTED_PROXIES: 'loopback' }
  assert.deepEqual(await full(proxied, far), [429, '30', 'too-many-requests'])
})

test('it lives for so long, beats meanwhile, and says when to come again', async (t) => {
  const { open } = await openShop(t, { liveTimes: { ...slow, lifetimeMs: 200 } })
  const heard = listen(await open('/levels?ids=1'))
  await until('it has ended', () => heard.ended)
  assert.match(heard.text, /^:\n\nid: .+\ndata: \{"level":5\}\n\n(?::\n\n)+retry: \d{4}\n\n$/)
})

test('a gateway that ends sends its streams elsewhere', async (t) => {
  const { app, open } = await openShop(t)
  const heard = listen(await open('/levels?ids=1'))
  await until('the level is told', () => heard.text.includes('data:'))
  await app.close()
  await until('it has ended', () => heard.ended)
  assert.match(heard.text, /retry: \d{4}\n\n$/)
})

test('whoever asks for one answer, or for a head, gets that', async (t) => {
  const { get, app } = await openShop(t)
  assert.deepEqual((await get('/levels?ids=1', { accept: 'application/json' })).json(), { level: 5 })
  const head = await app.inject({
    method: 'HEAD',
    url: '/api/levels?ids=1',
    headers: { accept: 'text/event-stream' },
  })
  assert.match(String(head.headers['content-type']), /json/)
  const wrong = await get('/levels?ids=1&ids=2&ids=3&ids=4', { accept: 'text/event-stream' })
  assert.deepEqual([wrong.statusCode, wrong.json().code], [400, 'invalid-input'])
})

test('of states that nobody takes the last one alone is sent', async () => {
  const frames = { shown: (text: string) => text, ended: () => '' }
  const { body, show, pause } = openStream(frames, undefined, { heartbeatMs: 60_000, lifetimeMs: 60_000 })
  const states = Array.from({ length: 9 }, (_, index) => String(index).repeat(100_000))
  for (const state of states) show(state)
  let taken = ''
  const reading = (async () => {
    for await (const part of body) taken += part
  })()
  await until('the last state is taken', () => taken.includes('8'))
  pause()
  await reading
  assert.deepEqual([...new Set(taken.replace(/[^0-8]/g, ''))].slice(0, 2), ['0', '8'])
})

test('a reader who takes nothing is dropped', async (t) => {
  const patience = { ...standardPatience, takeMs: 50, takenBytesPerSecond: 1024 ** 3, lookEveryMs: 10 }
  const { url, app, state, guest, say } = await openShop(t, { patience })
  const { cookie } = await guest()
  const socket = connect(Number(new URL(url).port), '127.0.0.1').pause()
  t.after(() => socket.destroy())
  socket.on('error', () => {})
  socket.write(
    `GET /api/parcels/1 HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\naccept: text/event-stream\r\n\r\n`,
  )
  const connections = () =>
    new Promise<number>((tell) => app.server.getConnections((_, count) => tell(count)))
  await until('the parcel was read', () => state.owner !== undefined)
  await until('the line is cut', async () => {
    state.at = `${Math.random()}`.repeat(50_000)
    await say(parcelMoved.name)
    return (await connections()) === 0
  })
})
