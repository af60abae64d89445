import { type LogLine, operations } from '@rialto/operations/contract'
import { useRef } from 'react'
import { call } from '../api.ts'
import { Badge, Empty, Heading, Link, Loaded, Silent, Time, type Tone } from '../parts/basics.tsx'
import { Choice, Search } from '../parts/form.tsx'
import { ServiceChoice } from '../parts/service-choice.tsx'
import { pathTo, useRoute } from '../router.ts'
import { useLive } from '../use-live.ts'

const shownLimit = 500

interface Read {
  readonly key: string
  readonly position?: string
  readonly lines: readonly Numbered[]
}

/** A line has no name of its own. */
type Numbered = LogLine & { readonly count: number }

export function Logs() {
  const { query } = useRoute()
  const filter = {
    text: query.get('text') || undefined,
    service: query.get('service') || undefined,
    level: (query.get('level') || undefined) as LogLine['level'] | undefined,
    traceId: query.get('trace') || undefined,
  }
  const key = `logs ${JSON.stringify(filter)}`
  const read = useRef<Read>({ key, lines: [] })
  const follow = async () => {
    const known: Read = read.current.key === key ? read.current : { key, lines: [] }
    const answer = await call(operations.listLogs, { ...filter, position: known.position, limit: 200 })
    const from = (known.lines.at(-1)?.count ?? 0) + 1
    const fresh = answer.lines.map((line, index) => ({ ...line, count: from + index }))
    const lines = [...known.lines, ...fresh].slice(-shownLimit)
    read.current = { key, position: answer.position, lines }
    return { lines, silent: answer.silent }
  }
  const { data, error } = useLive(key, follow, 2_000)
  return (
    <>
      <Heading title="Logs" />
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <Search name="text" label="Text" />
        <ServiceChoice />
        <Choice
          name="level"
          label="Level"
          options={[
            ['', 'All'],
            ['info', 'Info and above'],
            ['warn', 'Warnings and above'],
            ['error', 'Errors'],
          ]}
        />
        <Search name="trace" label="Trace" />
      </form>
      <Loaded data={data} error={error}>
        {({ lines, silent }) => (
          <>
            <Silent names={silent} />
            {lines.length === 0 ? (
              <Empty>No line fits. New ones appear here by themselves.</Empty>
            ) : (
              <ol className="log" aria-label="Lines, the newest first">
                {lines.toReversed().map((line) => (
                  <Line key={line.count} line={line} />
                ))}
              </ol>
            )}
          </>
        )}
      </Loaded>
    </>
  )
}

const tones: Readonly<Record<LogLine['level'], Tone>> = {
  debug: 'plain',
  info: 'plain',
  warn: 'warn',
  error: 'bad',
}

function Line({ line }: { line: LogLine }) {
  const fields = Object.entries(line.fields)
  const who =
    line.service && line.service !== line.instance ? `${line.instance} · ${line.service}` : line.instance
  return (
    <li>
      <details>
        <summary>
          <Time at={line.at} />
          <Badge tone={tones[line.level]}>{line.level}</Badge>
          <span className="who">{who}</span>
          <span className="message">{line.message}</span>
        </summary>
        <dl className="attributes">
          {fields.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          {line.traceId && (
            <div>
              <dt>trace</dt>
              <dd>
                <Link to={pathTo('traces', line.traceId)}>{line.traceId}</Link>
              </dd>
            </div>
          )}
        </dl>
      </details>
    </li>
  )
}
