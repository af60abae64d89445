import type { Socket } from 'node:net'
import { isRaw } from '@rialto/kit/contract'
import { sendProblem } from '@rialto/kit/http'
import { requestTimeout, unsupportedType } from '@rialto/kit/problem'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { among, countedAddress } from './address.ts'

/** How long the gateway waits for whoever is at the other end of a connection. */
export interface Patience {
  /** For the whole header of a request. */
  readonly headerMs: number
  /** For a body of JSON. */
  readonly bodyMs: number
  /** For a file. */
  readonly fileMs: number
  /** For the other end to hang up, once it has the last answer it gets. */
  readonly partMs: number
  /** While nothing comes and nothing goes. */
  readonly idleMs: number
  /** For an answer to be taken, besides what its size asks for. */
  readonly takeMs: number
  /** What even a bad line takes. */
  readonly takenBytesPerSecond: number
  /** Between two looks at who is late. */
  readonly lookEveryMs: number
}

export const patience: Patience = {
  headerMs: 15_000,
  bodyMs: 20_000,
  fileMs: 300_000,
  partMs: 2_000,
  idleMs: 90_000,
  takeMs: 30_000,
  takenBytesPerSecond: 16 * 1024,
  lookEveryMs: 2_000,
}

const connectionsLimit = 10_000

/** The part of it that Node itself sees to. */
export function serverTimes({ headerMs, fileMs, idleMs, lookEveryMs }: Patience) {
  return {
    requestTimeout: fileMs,
    connectionTimeout: idleMs,
    keepAliveTimeout: 65_000,
    http: { headersTimeout: headerMs, connectionsCheckingInterval: lookEveryMs },
  }
}

export interface Bounds {
  readonly patience: Patience
  /** Connections that one address may have; 0 for any number. */
  readonly connectionsPerAddress: number
  /** They bring many visitors over the connections of one address. */
  readonly proxies: readonly string[]
}

/** Keeps clients that are slow, many or packed from holding on to what others need. */
export function boundClients(
  app: FastifyInstance,
  { patience, connectionsPerAddress, proxies }: Bounds,
): void {
  endAfterLastWords(app)
  refusePackedBodies(app)
  boundBodies(app, patience)
  app.server.maxConnections = connectionsLimit
  if (connectionsPerAddress > 0) boundConnections(app, connectionsPerAddress, among(proxies))
  cutSlowReaders(app, patience)
}

/** A few packed bytes can become gigabytes. */
function refusePackedBodies(app: FastifyInstance): void {
  app.addHook('onRequest', ({ headers }, _, done) => {
    const encoding = headers['content-encoding']
    if (encoding === undefined || encoding.toLowerCase() === 'identity') return done()
    throw unsupportedType('Send the body as it is, without a Content-Encoding.')
  })
}

/** Files have all of `fileMs`; everything else is small. */
function boundBodies(app: FastifyInstance, patience: Patience): void {
  app.addHook('preParsing', (request, reply, _, done) => {
    const { raw, headers, routeOptions } = request
    const { 'content-length': length = '0', 'transfer-encoding': chunked } = headers
    if (raw.complete || (length === '0' && chunked === undefined)) return done()
    if (isRaw(routeOptions.config.operation?.body)) return done()
    const timer = setTimeout(() => giveUp(request, reply, patience), patience.bodyMs)
    timer.unref()
    const stop = () => clearTimeout(timer)
    raw.once('end', stop).once('close', stop)
    done()
  })
}

function giveUp(request: FastifyRequest, reply: FastifyReply, { bodyMs, partMs }: Patience): void {
  if (reply.sent) return
  // The rest of the body could not be told from the next request.
  const { socket } = request.raw
  // What Node calls after an answer that is a connection's last.
  socket.destroySoon = () => part(socket, partMs)
  reply.header('connection', 'close')
  sendProblem(reply, requestTimeout(`The body did not arrive within ${bodyMs / 1_000} s.`), request.id)
}

/**
 * Says the last words of a connection and closes it when the other end does, or after so long. A connection that is
 * closed while more comes in is reset, and what was answered with it, unread (RFC 9112, section 9.6).
 */
export function part(socket: Socket, partMs: number, words = ''): void {
  socket.end(words)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), partMs)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
}

/** A request that is whole only when its connection has had its last answer is left alone: it ends with the connection. */
function endAfterLastWords(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw: { socket } }, _, done) => {
    if (!socket.writableEnded) done()
  })
}

function boundConnections(app: FastifyInstance, limit: number, isProxy: (address: string) => boolean): void {
  const open = new Map<string, number>()
  app.server.on('connection', (socket: Socket) => {
    const address = countedAddress(socket.remoteAddress ?? '')
    if (address === undefined || isProxy(socket.remoteAddress ?? '')) return
    const count = (open.get(address) ?? 0) + 1
    if (count > limit) return socket.destroy()
    open.set(address, count)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
  })
}

interface Progress {
  /** Bytes that the other end has taken. Of what is written at once, it is told when all of it is. */
  taken: number
  /** When that last grew. */
  since: number
}

/** One look at all connections costs less than a timer for each answer. */
function cutSlowReaders(app: FastifyInstance, patience: Patience): void {
  const open = new Map<Socket, Progress>()
  app.server.on('connection', (socket: Socket) => {
    open.set(socket, { taken: 0, since: performance.now() })
    socket.once('close', () => open.delete(socket))
  })
  const timer = setInterval(() => {
    const now = performance.now()
    for (const [socket, progress] of open) {
      if (isStuck(progress, socket, now, patience)) socket.destroy()
    }
  }, patience.lookEveryMs)
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}

/** Notes what was taken meanwhile, and tells whether that takes too long for what still waits. */
export function isStuck(
  progress: Progress,
  { bytesWritten, writableLength: waiting }: Pick<Socket, 'bytesWritten' | 'writableLength'>,
  now: number,
  { takeMs, takenBytesPerSecond }: Pick<Patience, 'takeMs' | 'takenBytesPerSecond'>,
): boolean {
  // What was written is counted with what still waits.
  const taken = bytesWritten - waiting
  if (waiting === 0 || taken > progress.taken) {
    progress.taken = taken
    progress.since = now
    return false
  }
  return now - progress.since > takeMs + (waiting / takenBytesPerSecond) * 1_000
}
