import { createHash } from 'node:crypto'
import type { Operation } from '@rialto/kit/contract'
import type { Dispatch } from '@rialto/kit/dispatch'
import type { RequestInfo } from '@rialto/kit/request'
import { type InputParts, inputCheck } from '@rialto/kit/validation'
import DataLoader from 'dataloader'
import { type Keeping, keepingOf } from '../keeping.ts'
import type { CachedReply, ReplyCache } from '../reply-cache.ts'
import type { Join } from './joins.ts'

/** What one request asks the services for. Every field that is not in an answer already comes from here. */
export interface Asking {
  readonly method: string
  readonly operationName?: string
  /** Throws the problem that the operation was refused with. */
  ask(operation: Operation, parts: InputParts, options?: AskOptions): Promise<unknown>
  /** The item with that id or about it, or null. Those that are asked for together are one call. */
  join(join: Join, id: string | null | undefined): Promise<unknown>
}

export interface AskOptions {
  readonly idempotencyKey?: string
  readonly expectedVersion?: number
}

export interface AskingOptions {
  readonly method: string
  readonly operationName?: string
  readonly requestId: string
  readonly span?: RequestInfo['span']
  readonly deadline: number
  readonly dispatch: Dispatch
  readonly cache: ReplyCache
  /** Who asks for an operation, with whatever else is known of the visit. */
  readonly identify: (operation: Operation) => Promise<Pick<RequestInfo, 'actor'>>
  /** Completes the input of an operation by what the request itself says. */
  readonly complete: (operation: Operation, body: unknown) => unknown
  /** Runs after each success: cookies of sessions. */
  readonly finish: (operation: Operation, body: unknown) => void
  /** Told of each answer how it may be kept; undefined where it may not. */
  readonly noteKeeping: (keeping: Keeping | undefined) => void
}

export function createAsking(options: AskingOptions): Asking {
  const { method, operationName } = options
  const loaders = new Map<Join, DataLoader<string, unknown>>()
  const asking: Asking = {
    method,
    operationName,
    ask: (operation, parts, more = {}) => askFor(options, operation, parts, more),
    join: async (join, id) => {
      if (id === null || id === undefined) return null
      let loader = loaders.get(join)
      if (!loader) {
        loader = new DataLoader((ids) => readAll(asking, join, ids), { maxBatchSize: join.limit })
        loaders.set(join, loader)
      }
      return loader.load(id)
    },
  }
  return asking
}

async function readAll(asking: Asking, join: Join, ids: readonly string[]): Promise<unknown[]> {
  const { operation, parameter, key } = join
  const paged = operation.query?.properties.limit !== undefined
  const query = { [parameter]: [...ids], ...(paged && { limit: ids.length }) }
  const reply = await asking.ask(operation, { params: {}, query, body: undefined })
  const { items } = reply as { items: readonly Record<string, unknown>[] }
  const known = new Map(items.map((item) => [item[key], item]))
  return ids.map((id) => known.get(id) ?? null)
}

async function askFor(
  options: AskingOptions,
  operation: Operation,
  parts: InputParts,
  more: AskOptions,
): Promise<unknown> {
  const { dispatch, requestId, span, deadline, identify, complete, finish, noteKeeping } = options
  const identified = await identify(operation)
  const input = inputCheck(operation).parts({ ...parts, body: complete(operation, parts.body) })
  const request: RequestInfo = { ...identified, requestId, span, deadline, ...more }
  const send = () => dispatch(operation, input, request)
  // Staff see more than others do: their answers are neither kept nor taken from the cache.
  const isForAll = operation.cache !== undefined && identified.actor.kind !== 'staff'
  const reply = isForAll ? await throughCache(options.cache, operation, input, send) : await send()
  noteKeeping(isForAll ? keepingOf(operation, input, reply) : undefined)
  finish(operation, reply)
  return reply
}

/** What a kept answer says, read once. */
const readings = new WeakMap<CachedReply, unknown>()

/** Keeps answers of operations as REST does, under the same tags. */
async function throughCache(
  cache: ReplyCache,
  operation: Operation,
  input: Record<string, unknown>,
  send: () => Promise<unknown>,
): Promise<unknown> {
  const key = createHash('sha256')
    .update(`${operation.service}.${operation.name} ${JSON.stringify(input)}`)
    .digest('base64')
  const cached = cache.get(key)
  if (cached && !cache.isDue(cached)) {
    if (!readings.has(cached)) readings.set(cached, JSON.parse(cached.body.toString()))
    return readings.get(cached)
  }
  const askedAt = cache.now()
  const reply = await send()
  const keeping = keepingOf(operation, input, reply)
  if (keeping) cache.put(key, { body: JSON.stringify(reply), ...keeping }, askedAt)
  return reply
}
