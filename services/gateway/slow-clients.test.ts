import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Duplex, Readable } from 'node:stream'
import { afterEach, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { until } from '@rialto/kit/until'
import { openDoor } from './testing.ts'
import { isStuck, patience } from './traffic/slow-clients.ts'

// Clients that hold on to the gateway, at real sockets. Its patience is short here.

const short = {
  ...patience,
  headerMs: 200,
  bodyMs: 200,
  partMs: 200,
  takeMs: 200,
  takenBytesPerSecond: 1024 * 1024,
  lookEveryMs: 50,
}
const manyBytes = 64 * 1024 * 1024

let door: Awaited<ReturnType<typeof openDoor>>
afterEach(() => door.app.close())

async function openPort(patience = short): Promise<number> {
  door = await openDoor({ patience })
  door.app.get('/large', (_, reply) => reply.send(Buffer.alloc(manyBytes)))
  door.app.get('/endless', (_, reply) => reply.send(Readable.from(endless())))
  await door.app.listen({ port: 0, host: '127.0.0.1' })
  return (door.app.server.address() as { port: number }).port
}

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) yield Buffer.alloc(16 * 1024)
}

async function dial(port: number, { allowHalfOpen = false } = {}): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen })
  // Being cut off is what these tests are about.
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Sends a byte again and again, for as long as it can. */
function drip(socket: Socket, byte: string): void {
  const timer = setInterval(() => socket.writable && socket.write(byte), 20)
  socket.once('close', () => clearInterval(timer))
}

function answerOf(socket: Socket): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  // Not `once` of events, which takes an error for the end.
  socket.once('close', () => resolve(text))
  return promise
}

const connections = () =>
  new Promise<number>((resolve, reject) =>
    door.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )

const endlessHeader = 'GET /api/mine HTTP/1.1\r\nhost: shop\r\nx-slow: '
const endlessBody =
  'POST /api/things HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{'

test('a header that does not end is waited for so long, and no longer', async () => {
  const socket = await dial(await openPort())
  socket.write(endlessHeader)
  drip(socket, 'x')
  const answer = await answerOf(socket)
  assert.match(answer, /^HTTP\/1\.1 408 /)
  assert.match(answer, /"code":"request-timeout"/)
})

test('a body that drips is given up, and its connection with it', async () => {
  const socket = await dial(await openPort())
  socket.write(endlessBody)
  drip(socket, ' ')
  const answer = await answerOf(socket)
  assert.match(answer, /^HTTP\/1\.1 408 /)
  assert.match(answer, /connection: close/i)
  assert.match(answer, /The body did not arrive within 0\.2 s\./)
})

/** A client that hears that it was given up, and does not hang up. */
async function goOn(beginning: string): Promise<Socket> {
  const socket = await dial(await openPort(), { allowHalfOpen: true })
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk
  })
  socket.write(beginning)
  await until('it is given up', () => heard.startsWith('HTTP/1.1 408 '))
  return socket
}

for (const [what, beginning, rest] of [
  ['header', endlessHeader, 'x\r\n\r\n'],
  ['body', endlessBody, `${'}'.padEnd(9_998)}GET /api/mine HTTP/1.1\r\nhost: shop\r\n\r\n`],
] as const) {
  test(`whoever goes on with a ${what} that was given up is cut off`, async () => {
    const socket = await goOn(beginning)
    drip(socket, ' ')
    await until('it is cut off', async () => (await connections()) === 0)
    socket.destroy()
  })

  test(`nothing is done when a ${what} that was given up is completed after all`, async () => {
    const socket = await goOn(beginning)
    socket.write(rest)
    await until('it is cut off', async () => (await connections()) === 0)
    socket.destroy()
    assert.equal(door.seen.request, undefined)
  })
}

test('a body that arrives in time is taken, and the connection serves the next request', async () => {
  const socket = await dial(await openPort())
  const request =
    'POST /api/things HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{"name":"x"}'
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  const answers = () => text.split('HTTP/1.1 201').length - 1
  socket.write(request)
  await until('it is answered', () => answers() === 1)
  const since = performance.now()
  await until('more time than a body has is over', () => performance.now() - since > 2 * short.bodyMs)
  socket.write(request)
  await until('it is answered again', () => answers() === 2)
  socket.destroy()
})

for (const [url, times] of [
  ['/endless', short],
  // What is written at once says nothing of its progress: there Node sees whether anything moves.
  ['/large', { ...short, idleMs: 200 }],
] as const) {
  test(`whoever asks for much and takes nothing is cut off at ${url}`, async () => {
    const socket = await dial(await openPort(times))
    socket.pause()
    socket.write(`GET ${url} HTTP/1.1\r\nhost: shop\r\n\r\n`)
    await until('it is connected', async () => (await connections()) === 1)
    await until('it is cut off', async () => (await connections()) === 0)
    socket.destroy()
  })
}

test('whoever takes a large answer gets all of it', async () => {
  const socket = await dial(await openPort())
  let bytes = 0
  socket.on('data', (chunk) => {
    bytes += chunk.length
  })
  socket.write('GET /large HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n')
  await once(socket, 'close')
  assert.ok(bytes > manyBytes)
})

test('how long is too long depends on how much waits', () => {
  const progress = { taken: 0, since: 0 }
  const times = { takeMs: 1_000, takenBytesPerSecond: 1_000 }
  const look = (bytesWritten: number, writableLength: number, now: number) =>
    isStuck(progress, { bytesWritten, writableLength }, now, times)
  assert.equal(look(50_000, 9_000, 500), false, 'something was taken')
  assert.equal(look(50_000, 9_000, 10_500), false, 'nine seconds for nine thousand bytes, and one')
  assert.equal(look(50_000, 9_000, 10_501), true)
  assert.equal(look(50_000, 8_999, 10_501), false, 'something was taken')
  assert.equal(look(60_000, 18_999, 30_500), false, 'more was written, nothing taken')
  assert.equal(look(60_000, 18_999, 30_501), true)
  assert.equal(look(60_000, 0, 90_000), false, 'nothing waits')
})

for (const url of ['/things', '/upload']) {
  test(`a packed body is refused unopened at ${url}`, async () => {
    door = await openDoor()
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024))
    const headers = { 'content-encoding': 'gzip', ...(url === '/upload' && { 'content-type': 'text/csv' }) }
    const reply = await door.post(url, bomb, headers)
    assert.deepEqual([reply.statusCode, reply.json().code], [415, 'unsupported-media-type'])
    const plain = await door.post('/things', { name: 'x' }, { 'content-encoding': 'identity' })
    assert.equal(plain.statusCode, 201)
  })
}

/** A connection from anywhere; servers take any stream for one. */
class Far extends Duplex {
  readonly remoteAddress: string
  constructor(remoteAddress: string) {
    super()
    this.remoteAddress = remoteAddress
  }
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: unknown, done: () => void): void {
    done()
  }
}

test('an address has so many connections and no more; its proxy may have any number', async () => {
  const environment = { CONNECTIONS_PER_ADDRESS: '2', TRUSTED_PROXIES: '198.51.100.0/24' }
  door = await openDoor({ environment })
  const dialFrom = (address: string) => {
    const far = new Far(address)
    door.app.server.emit('connection', far)
    return far
  }
  const many = (address: string) => [1, 2, 3].map(() => dialFrom(address))
  const first = many('203.0.113.7')
  assert.deepEqual(
    first.map(({ destroyed }) => destroyed),
    [false, false, true],
  )
  assert.deepEqual(
    many('203.0.113.8').map(({ destroyed }) => destroyed),
    [false, false, true],
  )
  for (const address of ['198.51.100.9', '127.0.0.1'])
    assert.deepEqual(
      many(address).map(({ destroyed }) => destroyed),
      [false, false, false],
    )
  first[0]?.destroy()
  await until('there is room again', () => !dialFrom('203.0.113.7').destroyed)
})
