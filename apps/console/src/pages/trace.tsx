import { operations, type Span, type TraceDetails } from '@rialto/operations/contract'
import { type CSSProperties, useState } from 'react'
import { call } from '../api.ts'
import { count, duration } from '../format.ts'
import { Badge, Heading, Link, Loaded, Silent, Time } from '../parts/basics.tsx'
import { pathTo } from '../router.ts'
import { useLive } from '../use-live.ts'

export function TracePage({ id }: { id: string }) {
  const { data, error } = useLive(`trace ${id}`, () => call(operations.getTrace, { id }), 10_000)
  return (
    <>
      <Heading title="Trace">
        <p>
          <Link to={`${pathTo('logs')}?trace=${id}`}>Lines of the log</Link>
        </p>
      </Heading>
      <Loaded data={data} error={error}>
        {(trace) => (
          <>
            <Silent names={trace.silent} />
            <p className="quiet">
              <Time at={trace.at} />, {duration(trace.durationMs)}, {count(trace.spans.length, 'span')} in{' '}
              {count(new Set(trace.spans.map(({ service }) => service)).size, 'service')}. <code>{id}</code>
            </p>
            <Waterfall trace={trace} />
          </>
        )}
      </Loaded>
    </>
  )
}

interface Row {
  readonly span: Span
  readonly depth: number
}

/** Each span below the one that caused it, in the order of time. */
export function rowsOf(spans: readonly Span[]): Row[] {
  const known = new Set(spans.map(({ id }) => id))
  const children = Map.groupBy(spans, ({ parentId }) => (parentId && known.has(parentId) ? parentId : ''))
  const below = (id: string, depth: number): Row[] =>
    (children.get(id) ?? []).flatMap((span) => [{ span, depth }, ...below(span.id, depth + 1)])
  return below('', 0)
}

function Waterfall({ trace }: { trace: TraceDetails }) {
  const services = [...new Set(trace.spans.map(({ service }) => service))]
  const began = Date.parse(trace.at)
  return (
    <ol className="waterfall">
      {rowsOf(trace.spans).map(({ span, depth }) => (
        <SpanRow
          key={span.id}
          span={span}
          depth={depth}
          hue={services.indexOf(span.service) % 6}
          left={share(Date.parse(span.at) - began, trace.durationMs)}
          width={share(span.durationMs, trace.durationMs)}
        />
      ))}
    </ol>
  )
}

function share(ms: number, of: number): number {
  return of > 0 ? Math.min(100, Math.max(0, (100 * ms) / of)) : 0
}

interface SpanRowProps extends Row {
  readonly hue: number
  readonly left: number
  readonly width: number
}

function SpanRow({ span, depth, hue, left, width }: SpanRowProps) {
  const [open, setOpen] = useState(false)
  const style = {
    '--depth': Math.min(depth, 12),
    '--left': `${left}%`,
    '--width': `${width}%`,
  } as CSSProperties
  return (
    <li style={style}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="what">
          <b>{span.service}</b> {span.name}
          {span.kind === 'consumer' && <Badge>message</Badge>}
          {span.failed && <Badge tone="bad">failed</Badge>}
        </span>
        <span className="bar" aria-hidden="true">
          <span className={`hue-${hue} ${span.failed ? 'bad' : ''}`} />
        </span>
        <span className="took">{duration(span.durationMs)}</span>
      </button>
      {open && <Details span={span} />}
    </li>
  )
}

function Details({ span }: { span: Span }) {
  const facts = Object.entries({ kind: span.kind, instance: span.instance, ...span.attributes })
  return (
    <dl className="attributes">
      <div>
        <dt>begun</dt>
        <dd>
          <Time at={span.at} />
        </dd>
      </div>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
