import { notFound } from '@rialto/kit/problem'
import type { RecentSpan } from '@rialto/kit/recent'
import type { Span, Trace } from './contract.ts'
import { gather } from './informants.ts'
import type { Answers, OperationsOptions } from './operations.ts'

const spansEach = 1_000
const spansLimit = 1_000
/** Traces that followed from messages of one trace; beyond, the first are told. */
const followingLimit = 50

type Told = RecentSpan & { readonly instance: string }
type Reads = Pick<Answers, 'listTraces' | 'getTrace'>

export function traceReads({ informants }: OperationsOptions): Reads {
  const ask = async (filter: Record<string, string>) => {
    const query = new URLSearchParams({ limit: String(spansEach), ...filter })
    const { answers, silent } = await gather<RecentSpan[]>(informants, { path: `/recent/spans?${query}` })
    const spans = answers.flatMap(({ process, answer }) =>
      answer.map((span): Told => ({ ...span, instance: process.name })),
    )
    return { spans, silent }
  }
  return {
    listTraces: async ({ text, service, failed, longerThanMs = 0, limit = 50 }) => {
      const { spans, silent } = await ask({})
      const items = tracesIn(spans).filter(
        (trace) =>
          (service === undefined || trace.services.includes(service)) &&
          (!failed || trace.failed) &&
          trace.durationMs >= longerThanMs &&
          (text === undefined || names(spans, trace.id).some((name) => name.includes(text.toLowerCase()))),
      )
      return { items: items.slice(0, limit), silent }
    },
    getTrace: async ({ id }) => {
      const traceId = id.slice(0, 100)
      const [own, following] = await Promise.all([ask({ traceId }), ask({ linkedTo: traceId })])
      const ids = [...new Set(following.spans.map((span) => span.traceId))].slice(0, followingLimit)
      const others = await Promise.all(ids.map((each) => ask({ traceId: each })))
      const spans = inOrder([...own.spans, ...others.flatMap((each) => each.spans)])
      const [first] = spans
      if (!first) throw notFound('No instance that answers remembers this trace. They keep the latest only.')
      const ends = spans.map(endOf)
      return {
        id: traceId,
        at: first.at,
        durationMs: tenths(Math.max(...ends) - Date.parse(first.at)),
        spans,
        silent: own.silent,
      }
    },
  }
}

/** What each trace is, newest first. What the console itself asks is left out. */
export function tracesIn(spans: readonly RecentSpan[]): Trace[] {
  const groups = [...Map.groupBy(spans, ({ traceId }) => traceId).values()]
  const isOwn = ({ attributes }: RecentSpan) =>
    String(attributes['rialto.operation']).startsWith('operations.')
  const traces = groups
    .filter((group) => !group.some(isOwn))
    .map((group) => {
      const ordered = group.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
      const known = new Set(group.map(({ spanId }) => spanId))
      const root =
        ordered.find(({ parentId }) => parentId === undefined || !known.has(parentId)) ?? ordered[0]
      const { traceId, name, service, at } = root as RecentSpan
      const began = Math.min(...group.map((span) => Date.parse(span.at)))
      return {
        id: traceId,
        name,
        service,
        at,
        durationMs: tenths(Math.max(...group.map(endOf)) - began),
        spans: group.length,
        services: [...new Set(group.map((span) => span.service))].sort(),
        failed: group.some(({ failed }) => failed),
      }
    })
  return traces.sort((a, b) => b.at.localeCompare(a.at))
}

function names(spans: readonly RecentSpan[], traceId: string): string[] {
  return spans.flatMap((span) => (span.traceId === traceId ? [span.name.toLowerCase()] : []))
}

/** What followed from a message stands below the span that said it. */
function inOrder(spans: readonly Told[]): Span[] {
  const unique = new Map(spans.map((span) => [span.spanId, span]))
  const told = [...unique.values()].map((span) => {
    const { spanId, links, attributes, parentId, ...rest } = span
    const cause = parentId ?? links.find((link) => unique.has(link.spanId))?.spanId
    return {
      ...rest,
      id: spanId,
      ...(cause !== undefined && { parentId: cause }),
      attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
    }
  })
  return told.sort((a, b) => a.at.localeCompare(b.at)).slice(0, spansLimit)
}

function endOf({ at, durationMs }: { at: string; durationMs: number }): number {
  return Date.parse(at) + durationMs
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}
