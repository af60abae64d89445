import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { after, afterEach, before, test } from 'node:test'
import { until } from '@rialto/kit/until'
import { type Link, openLink } from './link.ts'
import { createRandom } from './random.ts'

// A link to somebody who says everything again.

let echo: Server
let link: Link
let isThere = true
const open = new Set<Socket>()

before(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {})
    socket.pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const { port } = echo.address() as { port: number }
  link = await openLink(() => (isThere ? { host: '127.0.0.1', port } : undefined))
})
after(async () => {
  await link.close()
  echo.close()
})
afterEach(() => {
  isThere = true
  link.heal()
  for (const socket of open) socket.destroy()
  open.clear()
})

interface Caller {
  readonly said: () => string
  readonly ended: () => boolean
  say(text: string): void
}

async function call(): Promise<Caller> {
  const socket = connect(link.port, '127.0.0.1')
  open.add(socket)
  let said = ''
  let ended = false
  socket.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  socket
    .on('error', () => {})
    .once('close', () => {
      ended = true
    })
  await once(socket, 'connect')
  return { said: () => said, ended: () => ended, say: (text) => void socket.write(text) }
}

test('what is said gets through, in its order', async () => {
  const caller = await call()
  const words = Array.from({ length: 500 }, (_, index) => `${index} `)
  for (const word of words) caller.say(word)
  await until('all is back', () => caller.said() === words.join(''))
})

test('who is cut off is cut off on both sides, and may call again', async () => {
  const caller = await call()
  caller.say('before')
  await until('it is back', () => caller.said() === 'before')
  link.cut(1, createRandom(1))
  await until('it is over', () => caller.ended() && link.connections === 0)
  const again = await call()
  again.say('after')
  await until('it is back', () => again.said() === 'after')
})

test('a part of the connections can be cut', async () => {
  const callers = await Promise.all(Array.from({ length: 20 }, call))
  await until('all are through', () => link.connections === callers.length)
  link.cut(0.5, createRandom(1))
  await until('some are cut off', () => link.connections < callers.length)
  assert.ok(link.connections > 0)
})

test('what is said while it is silent arrives when that is over', async () => {
  const caller = await call()
  caller.say('before')
  await until('it is back', () => caller.said() === 'before')
  link.silence()
  caller.say(', meanwhile')
  // Somebody else's connection is opened meanwhile, and says nothing either.
  const other = await call()
  other.say('hello')
  await until('both are waiting', () => link.connections === 2)
  assert.deepEqual([caller.said(), other.said()], ['before', ''])
  link.heal()
  await until('it is back', () => caller.said() === 'before, meanwhile' && other.said() === 'hello')
})

test('what is slowed takes its time', async () => {
  const caller = await call()
  link.slow(100)
  const begun = performance.now()
  caller.say('slowly')
  await until('it is back', () => caller.said() === 'slowly')
  assert.ok(performance.now() - begun >= 190)
})

test('where nobody is, nobody is connected', async () => {
  isThere = false
  const caller = await call().catch(() => undefined)
  await until('it is over', () => caller === undefined || caller.ended())
})
