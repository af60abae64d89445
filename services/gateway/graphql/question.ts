import { createHash } from 'node:crypto'
import { unsupportedType } from '@rialto/kit/problem'
import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { queryInvalid, queryNotKept, queryTooLarge } from './problems.ts'

/** What is asked of the graph: GraphQL over HTTP, https://graphql.github.io/graphql-over-http */
export interface Question {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Record<string, unknown>
}

/** Queries under their hash, so that clients need not send them again. */
export type KeptQueries = LRUCache<string, string>

/** Characters of one query, and of all that are kept. */
const queryLimit = 20_000
const keptLimit = 4_000_000

export function createKeptQueries(): KeptQueries {
  return new LRUCache({ maxSize: keptLimit, sizeCalculation: (query) => query.length + 200 })
}

/** Reads the question of a request. Throws why it is none. */
export function questionOf(
  request: FastifyRequest,
  kept: KeptQueries,
): Question & { readonly hash?: string } {
  const { query, variables, operationName, extensions } = partsOf(request)
  if (query !== undefined && typeof query !== 'string') throw queryInvalid('query must be a text.')
  if (!isOptional(operationName) && !(typeof operationName === 'string' && isName.test(operationName)))
    throw queryInvalid('operationName must be the name of an operation of the query.')
  if (!isOptional(variables) && !isObject(variables)) throw queryInvalid('variables must be an object.')
  const hash = hashOf(extensions)
  const text = query ?? (hash === undefined ? undefined : kept.get(hash))
  if (text === undefined && hash !== undefined) throw queryNotKept('PersistedQueryNotFound')
  if (text === undefined || !isGraphql.test(text)) throw queryInvalid('Send a query in GraphQL, as `query`.')
  if (text.length > queryLimit)
    throw queryTooLarge(`The query has ${text.length} characters, and at most ${queryLimit} are answered.`)
  if (query !== undefined && hash !== undefined && sha256(query) !== hash)
    throw queryInvalid('The hash is not that of the query.')
  return {
    query: text,
    operationName: (operationName as string | null | undefined) ?? undefined,
    variables: (variables as Record<string, unknown> | null | undefined) ?? undefined,
    hash,
  }
}

const isName = /^[_A-Za-z][_0-9A-Za-z]{0,99}$/
/** How a text in GraphQL begins, and none in JSON does. */
const isGraphql = /^[\s,\uFEFF]*(?:#|\{[\s,]*[^\s,"}]|query\b|mutation\b|subscription\b|fragment\b)/

type Parts = Readonly<Record<string, unknown>>

function partsOf({ method, body, query, headers }: FastifyRequest): Parts {
  if (method === 'GET') {
    const { variables, extensions, ...rest } = query as Record<string, unknown>
    return {
      ...rest,
      variables: fromJson('variables', variables),
      extensions: fromJson('extensions', extensions),
    }
  }
  // A page of another site can send other types without asking first.
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    throw unsupportedType('Send the body as application/json.')
  if (Array.isArray(body)) throw queryTooLarge('Send one query in a request.')
  if (!isObject(body)) throw queryInvalid('Send an object with `query` and `variables`.')
  return body
}

function hashOf(extensions: unknown): string | undefined {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: unknown }
  if (isOptional(persistedQuery)) return undefined
  const { version, sha256Hash } = persistedQuery as { version?: unknown; sha256Hash?: unknown }
  if (version === 1 && typeof sha256Hash === 'string' && /^[0-9a-f]{64}$/.test(sha256Hash)) return sha256Hash
  throw queryInvalid('persistedQuery must have `version` 1 and a `sha256Hash` of 64 hexadecimal digits.')
}

function fromJson(name: string, text: unknown): unknown {
  if (isOptional(text)) return undefined
  try {
    return JSON.parse(String(text))
  } catch {
    throw queryInvalid(`${name} must be JSON.`)
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function isOptional(value: unknown): value is null | undefined {
  return value === undefined || value === null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
