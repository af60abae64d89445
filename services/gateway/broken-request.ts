import type { Socket } from 'node:net'
import { newRequestId } from '@rialto/kit/id'
import { headerTooLarge, invalidInput, type Problem, requestTimeout } from '@rialto/kit/problem'
import { type Patience, part } from './traffic/slow-clients.ts'

/** Answers bytes that are no HTTP request, which no route ever sees, in the form of every other problem. */
export function answerBrokenRequest(
  error: Error & { code?: string },
  socket: Socket,
  { partMs }: Pick<Patience, 'partMs'>,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return
  const problem = problemOf(error.code)
  const body = JSON.stringify({ ...problem.toJSON(), requestId: newRequestId() })
  part(
    socket,
    partMs,
    [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}

function problemOf(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return headerTooLarge('Address and header may have 16 KiB together.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimeout('The request did not arrive in time.')
  const errors = [{ field: 'request', message: 'is not well-formed HTTP/1.1' }]
  return invalidInput('The request is not well-formed HTTP/1.1.', { errors })
}
