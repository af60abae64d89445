import { operations } from '@rialto/operations/contract'
import { call } from '../api.ts'
import { count } from '../format.ts'
import { Badge, Heading, Link, Loaded } from '../parts/basics.tsx'
import { pathTo } from '../router.ts'
import { useLive } from '../use-live.ts'

export function Contracts() {
  const { data, error } = useLive('contracts', () => call(operations.listServiceContracts, {}), 30_000)
  return (
    <>
      <Heading title="Contracts">
        <p>
          What each service promises. <a href="/docs">The API reference</a> has examples.
        </p>
      </Heading>
      <Loaded data={data} error={error}>
        {({ items }) => (
          <ul className="cards two">
            {items.map((contract) => (
              <li key={contract.name}>
                <h2>
                  <Link to={pathTo('contracts', contract.name)}>{contract.name}</Link>{' '}
                  {contract.learned && <Badge>learned</Badge>}
                  {contract.changes > 0 && <Badge tone="warn">{count(contract.changes, 'change')}</Badge>}
                </h2>
                <p>{contract.summary}</p>
                <p className="quiet">
                  Version {contract.version}, {count(contract.operations, 'operation')},{' '}
                  {count(contract.events, 'event')}
                </p>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </>
  )
}
