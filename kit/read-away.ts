import type { IncomingMessage } from 'node:http'

/** What is left of a refused body is read up to this; whoever sends more loses the connection. */
const bytesLimit = 16 * 1024 * 1024
const timeLimitMs = 5_000

/**
 * Reads what is left of a request's body and forgets it. A server that answers and closes while the client still
 * sends makes the client see a broken connection in place of the answer.
 */
export async function readAway(request: IncomingMessage): Promise<void> {
  if (request.complete || request.readableEnded || request.destroyed) return
  const { promise, resolve } = Promise.withResolvers<void>()
  let left = bytesLimit
  const count = (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) resolve()
  }
  const timer = setTimeout(resolve, timeLimitMs)
  request.on('data', count).once('end', resolve).once('close', resolve)
  request.resume()
  await promise
  clearTimeout(timer)
  request.off('data', count)
}
