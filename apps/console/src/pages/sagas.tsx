import { format } from '@rialto/kit/money'
import { orders, type Saga } from '@rialto/orders/contract'
import { call } from '../api.ts'
import { ago } from '../format.ts'
import { Badge, Empty, Heading, Link, Loaded, Scroll, type Tone } from '../parts/basics.tsx'
import { Choice } from '../parts/form.tsx'
import { pathTo, useRoute } from '../router.ts'
import { useLive } from '../use-live.ts'

export const sagaTones: Readonly<Record<Saga['state'], Tone>> = {
  running: 'plain',
  waiting: 'warn',
  stuck: 'bad',
  done: 'good',
  failed: 'plain',
}

export function Sagas() {
  const { query } = useRoute()
  const state = (query.get('state') || undefined) as Saga['state'] | undefined
  const kind = (query.get('kind') || undefined) as Saga['kind'] | undefined
  const { data, error } = useLive(`sagas ${state} ${kind}`, () =>
    call(orders.listSagas, { state, kind, limit: 100 }),
  )
  return (
    <>
      <Heading title="Sagas">
        <p>Checkouts, cancellations and refunds on their way, and those that ended.</p>
      </Heading>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <Choice
          name="state"
          label="State"
          options={[
            ['', 'Any'],
            ['stuck', 'Stuck: a person has to look'],
            ['waiting', 'Waiting'],
            ['running', 'Running'],
            ['done', 'Done'],
            ['failed', 'Failed'],
          ]}
        />
        <Choice
          name="kind"
          label="Kind"
          options={[
            ['', 'Any'],
            ['checkout', 'Checkouts'],
            ['cancellation', 'Cancellations'],
            ['refund', 'Refunds'],
          ]}
        />
      </form>
      <Loaded data={data} error={error}>
        {({ items }) => (items.length === 0 ? <Empty>None.</Empty> : <List sagas={items} />)}
      </Loaded>
    </>
  )
}

function List({ sagas }: { sagas: readonly Saga[] }) {
  return (
    <Scroll label="Sagas">
      <table>
        <thead>
          <tr>
            <th scope="col">Saga</th>
            <th scope="col">State</th>
            <th scope="col">Step</th>
            <th scope="col">For</th>
            <th scope="col" className="number">
              Amount
            </th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {sagas.map((saga) => (
            <tr key={saga.id}>
              <th scope="row">
                <Link to={pathTo('sagas', saga.id)}>
                  {saga.kind} {saga.id.slice(-6)}
                </Link>
              </th>
              <td>
                <Badge tone={sagaTones[saga.state]}>{saga.state}</Badge>
              </td>
              <td>{saga.step}</td>
              <td>{ago(saga.since ?? saga.startedAt)}</td>
              <td className="number">{format(saga.amount)}</td>
              <td>{saga.why ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
