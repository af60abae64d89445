import { operations, type Trace } from '@rialto/operations/contract'
import { call } from '../api.ts'
import { duration } from '../format.ts'
import { Badge, Empty, Heading, Link, Loaded, Scroll, Silent, Time } from '../parts/basics.tsx'
import { Choice, Search } from '../parts/form.tsx'
import { ServiceChoice } from '../parts/service-choice.tsx'
import { pathTo, useRoute } from '../router.ts'
import { useLive } from '../use-live.ts'

export function Traces() {
  const { query } = useRoute()
  const filter = {
    text: query.get('text') || undefined,
    service: query.get('service') || undefined,
    failed: query.get('failed') === 'true' || undefined,
    longerThanMs: Number(query.get('longer')) || undefined,
  }
  const key = `traces ${JSON.stringify(filter)}`
  const { data, error } = useLive(key, () => call(operations.listTraces, { ...filter, limit: 100 }))
  return (
    <>
      <Heading title="Traces" />
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <Search name="text" label="In a name" />
        <ServiceChoice />
        <Choice
          name="failed"
          label="Outcome"
          options={[
            ['', 'Any'],
            ['true', 'With a failure'],
          ]}
        />
        <Choice
          name="longer"
          label="Took at least"
          options={[
            ['', 'Any time'],
            ['100', '100 ms'],
            ['500', '500 ms'],
            ['2000', '2 s'],
          ]}
        />
      </form>
      <Loaded data={data} error={error}>
        {({ items, silent }) => (
          <>
            <Silent names={silent} />
            {items.length === 0 ? (
              <Empty>Nothing that fits is remembered. Visit the shop, and look again.</Empty>
            ) : (
              <Found traces={items} />
            )}
          </>
        )}
      </Loaded>
    </>
  )
}

function Found({ traces }: { traces: readonly Trace[] }) {
  return (
    <Scroll label="Traces">
      <table>
        <thead>
          <tr>
            <th scope="col">Begun</th>
            <th scope="col">What</th>
            <th scope="col">Services</th>
            <th scope="col" className="number">
              Spans
            </th>
            <th scope="col" className="number">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {traces.map((trace) => (
            <tr key={trace.id}>
              <td>
                <Time at={trace.at} />
              </td>
              <th scope="row">
                <Link to={pathTo('traces', trace.id)}>{trace.name}</Link>{' '}
                {trace.failed && <Badge tone="bad">failed</Badge>}
              </th>
              <td>{trace.services.join(', ')}</td>
              <td className="number">{trace.spans}</td>
              <td className="number">{duration(trace.durationMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
