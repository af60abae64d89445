import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { openWorld, type World } from '@rialto/kit/testing'
import service from './service.ts'

export const staff: Actor = { kind: 'staff', id: newId('staff'), permissions: ['webhooks'] }

export const secret = 'a secret of the tests, 32 characters'

/** The service with this machine as a place that it may send to. */
export function openWebhooks(config: Record<string, string> = {}): Promise<World> {
  return openWorld(service, {
    config: { RIALTO_SECRET: secret, WEBHOOK_INTERNAL_NETWORKS: '127.0.0.1', ...config },
  })
}

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Receiver {
  readonly url: string
  /** What came, in order. */
  readonly received: Received[]
  /** Answers in place of a plain 204. */
  answer: ((request: Received, reply: ServerResponse) => void) | undefined
  at(path: string): Received[]
  close(): Promise<void>
}

/** Somebody's server that is told of events. */
export async function openReceiver(secure?: {
  readonly key: string
  readonly cert: string
}): Promise<Receiver> {
  const received: Received[] = []
  const take: RequestListener = async (request: IncomingMessage, reply) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const one = { path: request.url ?? '', headers: request.headers, body }
    received.push(one)
    if (receiver.answer) receiver.answer(one, reply)
    else reply.writeHead(204).end()
  }
  const server = secure ? createSecureServer(secure, take) : createServer(take)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    url: secure ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    received,
    answer: undefined,
    at: (path) => received.filter((one) => one.path === path),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
  return receiver
}

/** Answers with a status alone. */
export function answering(status: number, headers: Record<string, string> = {}) {
  return (_: Received, reply: ServerResponse) => {
    reply.writeHead(status, headers).end()
  }
}
