import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'

// What pages ask for goes through the gateway without a socket. Nobody outside knows the mark it bears.

const name = 'x-rialto-page'
const mark = randomUUID()

export const markOfPage: Readonly<Record<string, string>> = { [name]: mark }

export function isFromPage({ headers }: FastifyRequest): boolean {
  return headers[name] === mark
}
