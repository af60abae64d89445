import { type DeadLetter, messageOperations, type WaitingMessage } from '@rialto/kit/message-operations'
import { type GaugeSeries, operations } from '@rialto/operations/contract'
import { call } from '../api.ts'
import { count, number, span } from '../format.ts'
import { Badge, Empty, Heading, Link, Loaded, Scroll, Silent, Time } from '../parts/basics.tsx'
import { pathTo } from '../router.ts'
import { useLive } from '../use-live.ts'

interface Of<Message> {
  readonly service: string
  readonly message: Message
}

interface Listed {
  readonly services: readonly string[]
  readonly dead: readonly Of<DeadLetter>[]
  readonly waiting: readonly Of<WaitingMessage>[]
  readonly away: readonly string[]
}

export function Messages() {
  const { data, error } = useLive('messages', async () => {
    const [listed, gauges] = await Promise.all([list(), call(operations.listGauges, { minutes: 1 })])
    return { ...listed, gauges: gauges.items }
  })
  return (
    <>
      <Heading title="Messages" />
      <Loaded data={data} error={error}>
        {({ services, dead, waiting, away, gauges }) => (
          <>
            <Silent names={away} />
            <DeadLetters dead={dead} />
            <Waiting waiting={waiting} />
            <Queues services={services} gauges={gauges} />
          </>
        )}
      </Loaded>
    </>
  )
}

/** Of every service that has messages; one that is away is named. */
async function list(): Promise<Listed> {
  const { items } = await call(operations.listServiceContracts, {})
  const services = items.map(({ name }) => name).filter((name) => name !== 'operations')
  const away = new Set<string>()
  const ask = async <Message,>(service: string, work: Promise<{ items: readonly Message[] }>) => {
    const page = await work.catch(() => void away.add(service))
    return (page?.items ?? []).map((message) => ({ service, message }))
  }
  const [dead, waiting] = await Promise.all([
    Promise.all(
      services.map((name) => ask(name, call(messageOperations(name).listDeadLetters, { limit: 50 }))),
    ),
    Promise.all(
      services.map((name) => ask(name, call(messageOperations(name).listWaitingMessages, { limit: 50 }))),
    ),
  ])
  return { services, dead: dead.flat(), waiting: waiting.flat(), away: [...away] }
}

function DeadLetters({ dead }: { dead: Listed['dead'] }) {
  return (
    <section aria-labelledby="dead">
      <h2 id="dead">
        Given up {dead.length > 0 && <Badge tone="bad">{count(dead.length, 'dead letter')}</Badge>}
      </h2>
      {dead.length === 0 ? (
        <Empty>None. What fails for good waits here for a person.</Empty>
      ) : (
        <ul className="cards">
          {dead.map(({ service, message }) => (
            <li key={`${service} ${message.id}`}>
              <h3>
                <Link to={pathTo('messages', service, message.id)}>
                  {message.name} in {service}
                </Link>
              </h3>
              <p className="quiet">
                Said by {message.source}, <Time at={message.at} />, {count(message.attempts, 'attempt')}
              </p>
              <p className="why">{message.lastError?.split('\n', 1)[0]}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Waiting({ waiting }: { waiting: Listed['waiting'] }) {
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting">Tried again by themselves</h2>
      {waiting.length === 0 ? (
        <Empty>None.</Empty>
      ) : (
        <ul className="cards">
          {waiting.map(({ service, message }) => (
            <li key={`${service} ${message.kind} ${message.id}`}>
              <h3>
                {message.name} in {service} {message.kind !== 'event' && <Badge>{message.kind}</Badge>}
              </h3>
              <p className="quiet">
                {count(message.attempts, 'attempt')}, next at <Time at={message.dueAt} />
              </p>
              <p className="why">{message.lastError?.split('\n', 1)[0]}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const columns = [
  ['rialto_outbox_messages', 'Outbox'],
  ['rialto_outbox_age_seconds', 'Oldest there'],
  ['rialto_inbox_messages', 'Failed, waiting'],
  ['rialto_jobs_due', 'Jobs due'],
  ['rialto_jobs_due_age_seconds', 'Oldest due for'],
  ['rialto_dead_letters', 'Given up'],
] as const

function Queues({ services, gauges }: { services: readonly string[]; gauges: readonly GaugeSeries[] }) {
  return (
    <section aria-labelledby="queues">
      <h2 id="queues">Queues</h2>
      <Scroll label="Queues">
        <table>
          <thead>
            <tr>
              <th scope="col">Service</th>
              {columns.map(([name, title]) => (
                <th key={name} scope="col" className="number">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {services.map((service) => (
              <tr key={service}>
                <th scope="row">{service}</th>
                {columns.map(([name]) => (
                  <td key={name} className="number">
                    {shown(name, latest(gauges, name, service))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  )
}

/** Each replica tells what stands in the one database: the largest counts. */
function latest(gauges: readonly GaugeSeries[], name: string, service: string): number | undefined {
  const own = gauges.filter((gauge) => gauge.name === name && gauge.labels.service === service)
  const values = own.map(({ points }) => points.at(-1)?.value ?? 0)
  return values.length > 0 ? Math.max(...values) : undefined
}

function shown(name: string, value: number | undefined): string {
  if (value === undefined) return '–'
  return name.endsWith('_seconds') ? (value === 0 ? '–' : span(value * 1_000)) : number(value)
}
