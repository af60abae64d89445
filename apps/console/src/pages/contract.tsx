import {
  type ContractEvent,
  type ContractOperation,
  operations,
  type ServiceContractDetails,
} from '@rialto/operations/contract'
import { call } from '../api.ts'
import { Badge, Code, Empty, Heading, Link, Loaded } from '../parts/basics.tsx'
import { Search } from '../parts/form.tsx'
import { pathTo, useRoute } from '../router.ts'
import { useLive } from '../use-live.ts'

export function Contract({ name }: { name: string }) {
  const { data, error } = useLive(
    `contract ${name}`,
    () => call(operations.getServiceContract, { name }),
    30_000,
  )
  return (
    <>
      <p className="crumbs">
        <Link to={pathTo('contracts')}>Contracts</Link>
      </p>
      <Heading title={name}>{data && <p>{data.summary}</p>}</Heading>
      <Loaded data={data} error={error}>
        {(contract) => (
          <>
            <Changes contract={contract} />
            <Operations contract={contract} />
            <Events events={contract.events} />
          </>
        )}
      </Loaded>
    </>
  )
}

function Changes({ contract: { changes } }: { contract: ServiceContractDetails }) {
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">Changes since it was accepted</h2>
      {changes.length === 0 && <Empty>None: it is what its lock file says.</Empty>}
      <ul>
        {changes.map(({ kind, what }) => (
          <li key={`${kind} ${what}`}>
            <Badge tone={kind === 'breaks' ? 'bad' : 'good'}>{kind}</Badge> {what}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Operations({ contract }: { contract: ServiceContractDetails }) {
  const { query } = useRoute()
  const wanted = (query.get('find') ?? '').toLowerCase()
  const found = contract.operations.filter(({ name, path, summary }) =>
    `${name} ${path} ${summary}`.toLowerCase().includes(wanted),
  )
  return (
    <section aria-labelledby="operations">
      <h2 id="operations">Operations</h2>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <Search name="find" label="Find" />
      </form>
      {found.length === 0 && <Empty>None fits.</Empty>}
      <ul className="entries">
        {found.map((operation) => (
          <Operation key={operation.name} operation={operation} />
        ))}
      </ul>
    </section>
  )
}

function Operation({ operation }: { operation: ContractOperation }) {
  const { name, method, path, access, summary, description, internal, problems, status } = operation
  return (
    <li>
      <details>
        <summary>
          <span className="method">{method}</span> <code>{path}</code> <span>{summary}</span>
          {internal && <Badge>internal</Badge>}
        </summary>
        <div className="inside">
          {description && <p>{description}</p>}
          <p>
            <code>{name}</code>, for {access.join(', ')}. Answers {status}
            {problems.length > 0 && ` or ${problems.join(', ')}`}.
          </p>
          <Schema title="Query" schema={operation.query} />
          <Schema title="Body" schema={operation.body} />
          <Schema title="Reply" schema={operation.reply} />
        </div>
      </details>
    </li>
  )
}

function Events({ events }: { events: readonly ContractEvent[] }) {
  return (
    <section aria-labelledby="events">
      <h2 id="events">Events</h2>
      {events.length === 0 && <Empty>It says none.</Empty>}
      <ul className="entries">
        {events.map(({ name, version, schema }) => (
          <li key={`${name} ${version}`}>
            <details>
              <summary>
                <code>{name}</code> <span>version {version}</span>
              </summary>
              <div className="inside">
                <Schema title="Data" schema={schema} />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Schema({ title, schema }: { title: string; schema: unknown }) {
  if (schema === undefined) return null
  return (
    <>
      <h3>{title}</h3>
      <Code>{JSON.stringify(schema, null, 2)}</Code>
    </>
  )
}
