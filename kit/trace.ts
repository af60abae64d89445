import { AsyncLocalStorage } from 'node:async_hooks'
import { randomFillSync } from 'node:crypto'

export type SpanKind = 'server' | 'client' | 'internal' | 'producer' | 'consumer'
export type Attributes = Record<string, string | number | boolean>

/** What another process, a message or a row says of the trace it belongs to. */
export interface Origin {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
}

export interface SpanStart {
  readonly name: string
  readonly kind: SpanKind
  /** The part of the shop that does it. */
  readonly service: string
  readonly attributes?: Attributes
  readonly links?: readonly Origin[]
}

/** Spans of one trace in one process at most, so that an import does not fill memory. */
const spansLimit = 1_000

let ratio: number | undefined
const sinks = new Set<(span: Span) => void>()
const flow = new AsyncLocalStorage<Span>()

/**
 * One piece of work in a trace. One that is not sampled is the same object for all that belongs to it: it has no
 * children and tells nobody, but its trace has an id, by which lines of the log belong together.
 */
export class Span implements Origin {
  readonly sampled: boolean
  readonly service: string
  readonly kind: SpanKind
  readonly parentId: string | undefined
  links: readonly Origin[]
  readonly attributes: Attributes
  /** Milliseconds since the epoch, with fractions. */
  readonly startMs: number
  name: string
  durationMs = 0
  failed = false
  #ended = false
  #traceId: string | undefined
  #spanId: string | undefined
  readonly #root: { spans: number }

  constructor(start: SpanStart | undefined, parent: Origin | undefined, root?: { spans: number }) {
    this.sampled = start !== undefined
    this.name = start?.name ?? ''
    this.kind = start?.kind ?? 'internal'
    this.service = start?.service ?? ''
    this.attributes = start?.attributes ?? {}
    this.links = start?.links ?? none
    this.startMs = start ? performance.timeOrigin + performance.now() : 0
    this.#traceId = parent?.traceId
    this.parentId = parent?.spanId
    this.#root = root ?? { spans: 1 }
  }

  // Most requests are not sampled, and few of those say anything: ids are made when they are asked for.
  get traceId(): string {
    this.#traceId ??= randomHex(16)
    return this.#traceId
  }

  get spanId(): string {
    this.#spanId ??= randomHex(8)
    return this.#spanId
  }

  /** A part of this work; undefined when nobody is interested. */
  child(start: SpanStart): Span | undefined {
    if (!this.sampled || this.#root.spans >= spansLimit) return undefined
    this.#root.spans++
    return new Span(start, this, this.#root)
  }

  /** Says that it has to do with work of another trace. */
  link(to: Origin | undefined): void {
    if (this.sampled && to !== undefined && to.traceId !== this.traceId) this.links = [...this.links, to]
  }

  set(attributes: Attributes): void {
    if (this.sampled) Object.assign(this.attributes, attributes)
  }

  /** Ends as one that was answered with a refusal, which is no failure. */
  refuse(error: unknown): void {
    if (this.sampled) this.attributes['rialto.problem'] ??= kindOf(error)
    this.end()
  }

  /** Tells of it, once. Only the kind of an error is told: its words may be personal. */
  end(error?: unknown): void {
    if (!this.sampled || this.#ended) return
    this.#ended = true
    this.durationMs = performance.timeOrigin + performance.now() - this.startMs
    if (error !== undefined) {
      this.failed = true
      this.attributes['error.type'] ??= kindOf(error)
    }
    for (const sink of sinks) sink(this)
  }
}

const none: readonly Origin[] = []

/** How often an action is traced, from 0 to 1; undefined switches tracing off. */
export function sampleTraces(to: number | undefined): void {
  ratio = to
}

/** Hears of every span that has ended. The function returned ends that. */
export function hearSpans(sink: (span: Span) => void): () => void {
  sinks.add(sink)
  return () => {
    sinks.delete(sink)
  }
}

/**
 * Begins the part of a trace that belongs to this process: as its origin has decided, or of a new trace. A `stranger`
 * may name the trace, and ask not to be traced, but not decide that it is.
 */
export function beginTrace(start: () => SpanStart, origin?: Origin, stranger = false): Span | undefined {
  if (ratio === undefined) return undefined
  const decided = origin === undefined || (stranger && origin.sampled) ? decide(ratio) : origin.sampled
  return new Span(decided ? start() : undefined, origin)
}

function decide(part: number): boolean {
  return part >= 1 || (part > 0 && Math.random() < part)
}

/** What is done in the present flow of control. */
export function presentSpan(): Span | undefined {
  return flow.getStore()
}

/** Does the work as part of the span. */
export function within<Result>(span: Span | undefined, work: () => Result): Result {
  return span === undefined ? work() : flow.run(span, work)
}

/** Does work that belongs to nobody in particular, such as a loop that somebody happened to start. */
export function outside<Result>(work: () => Result): Result {
  return flow.run(undefined as never, work)
}

/** Does a part of what is done at present under a name of its own. */
export async function inSpan<Result>(
  start: SpanStart,
  work: (span: Span | undefined) => Promise<Result>,
): Promise<Result> {
  const span = flow.getStore()?.child(start)
  if (!span) return work(undefined)
  try {
    const result = await flow.run(span, () => work(span))
    span.end()
    return result
  } catch (error) {
    span.end(error)
    throw error
  }
}

/** W3C Trace Context: what is sent along, so that the other side continues the trace. */
export function traceparentOf({ traceId, spanId, sampled }: Origin): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}

/** What is stored with a message, for whoever acts on it. */
export function presentTraceparent(): string | undefined {
  const span = flow.getStore()
  return span && traceparentOf(span)
}

const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/

/** Undefined when it is none: then a trace begins here. */
export function originOf(header: unknown): Origin | undefined {
  if (typeof header !== 'string' || header.length > 200) return undefined
  const [, traceId, spanId, flags] = traceparent.exec(header) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export const traceparentHeader = 'traceparent'

function kindOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  const kind = typeof code === 'string' ? code : name
  return typeof kind === 'string' && /^[\w.-]{1,60}$/.test(kind) ? kind : 'error'
}

const pool = Buffer.alloc(4_096)
let used = pool.length

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  const text = pool.toString('hex', used - bytes, used)
  return /^0+$/.test(text) ? randomHex(bytes) : text
}
