import type { Input, LiveTerms, Operation, OperationSpec, Reply } from '@rialto/kit/contract'
import { requestOf } from '@rialto/kit/wire'
import { problemIn } from './client.ts'
import { ApiProblem } from './problems.ts'
import { firstPauseMs, longestPauseMs, passing, pause } from './repeat.ts'

/** Opens a stream of server-sent events; `fetch` is the usual way. */
export type Open = (request: {
  path: string
  headers: Record<string, string>
  signal?: AbortSignal
}) => Promise<{ status: number; body: ReadableStream<Uint8Array> | null; text: () => Promise<string> }>

export interface WatchOptions {
  readonly open?: Open
  /** Where the API is mounted. */
  readonly prefix?: string
  /** Sent with every request, such as `authorization`. */
  readonly headers?: Record<string, string>
  readonly random?: () => number
}

type LiveSpec = OperationSpec & { live: LiveTerms }

/**
 * Tells the reply of an operation that is `live` as it is now, and anew whenever it changes:
 * `for await (const order of watch(orders.getOrder, { id }, { signal }))`. A line that breaks is opened again, with
 * growing pauses. Throws `ApiProblem` when it may not be seen, or not any more, and what the signal was ended with.
 */
export type ApiWatch = <Spec extends LiveSpec>(
  operation: Operation<Spec>,
  input: Input<Operation<Spec>>,
  options?: { readonly signal?: AbortSignal },
) => AsyncGenerator<Reply<Operation<Spec>>>

export function createWatch({
  open = openByFetch(),
  prefix = '/api',
  headers = {},
  random = Math.random,
}: WatchOptions = {}): ApiWatch {
  return async function* (operation, input, { signal } = {}) {
    const path = prefix + requestOf(operation, input as Record<string, unknown>).path
    let lastId: string | undefined
    let pauseMs = firstPauseMs
    for (;;) {
      let retryMs = 0
      try {
        const known = lastId === undefined ? undefined : { 'last-event-id': lastId }
        const answer = await open({
          path,
          headers: { ...headers, accept: 'text/event-stream', ...known },
          signal,
        })
        for await (const { id, name, data, retry } of eventsOf(answer)) {
          pauseMs = firstPauseMs
          retryMs = retry ?? retryMs
          if (name === 'problem') throw problemOf(data)
          if (data === '') continue
          lastId = id
          yield JSON.parse(data)
        }
      } catch (error) {
        signal?.throwIfAborted()
        if (!isPassing(error)) throw error
      }
      await pause(Math.max(retryMs, pauseMs * (0.5 + random() / 2)), signal)
      pauseMs = Math.min(longestPauseMs, pauseMs * 2)
    }
  }
}

/** The `open` of a browser or of Node, to the shop at `origin`. */
export function openByFetch(origin = ''): Open {
  return async ({ path, headers, signal }) => {
    const response = await fetch(origin + path, { headers, signal, cache: 'no-store' })
    return { status: response.status, body: response.body, text: () => response.text() }
  }
}

interface Told {
  readonly id?: string
  readonly name?: string
  readonly data: string
  readonly retry?: number
}

/** No event of the shop is nearly as long. */
const longestEvent = 16 * 1024 * 1024

async function* eventsOf({ status, body, text }: Awaited<ReturnType<Open>>): AsyncGenerator<Told> {
  if (status !== 200 || !body) throw new ApiProblem(status, problemIn(await text()))
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const parts = (rest + decoder.decode(value, { stream: true })).split('\n\n')
      rest = parts.pop() ?? ''
      if (rest.length > longestEvent) throw new Error('An event is too long.')
      yield* parts.map(eventIn)
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

function eventIn(text: string): Told {
  const lines = text.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line) ?? [])
  const fieldOf = (field: string) => lines.find(([, name]) => name === field)?.[2]
  const retry = fieldOf('retry')
  return {
    id: fieldOf('id'),
    name: fieldOf('event'),
    data: fieldOf('data') ?? '',
    ...(retry !== undefined && { retry: Number(retry) }),
  }
}

function problemOf(text: string): ApiProblem {
  const body = problemIn(text)
  return new ApiProblem(Number(body.status ?? 500), body)
}

/** A line that broke, and parts of the shop that are away for a moment. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiProblem ? passing.has(error.status) : error instanceof TypeError
}
