import { type Instance, type MappedService, operations } from '@rialto/operations/contract'
import { call } from '../api.ts'
import { ago, count, duration, number, percent } from '../format.ts'
import { Badge, Heading, Link, Loaded, Scroll, Silent, standing, type Tone } from '../parts/basics.tsx'
import { Picture } from '../parts/map.tsx'
import { pathTo } from '../router.ts'
import { useLive } from '../use-live.ts'

export function Overview() {
  const { data, error } = useLive('overview', async () => {
    const [map, { items }] = await Promise.all([
      call(operations.getServiceMap, {}),
      call(operations.listInstances, {}),
    ])
    return { map, instances: items }
  })
  return (
    <>
      <Heading title="Overview" />
      <Loaded data={data} error={error}>
        {({ map, instances }) => (
          <>
            <Silent names={map.silent} />
            <Facts services={map.services} instances={instances} />
            <Picture map={map} />
            <Services services={map.services} />
            <Instances instances={instances} />
          </>
        )}
      </Loaded>
    </>
  )
}

/** The gateway's requests lead to those of the services: they are not added up. */
function Facts({
  services,
  instances,
}: {
  services: readonly MappedService[]
  instances: readonly Instance[]
}) {
  const ready = instances.filter(({ state }) => state === 'ready').length
  const asked = services.reduce((sum, { perMinute }) => sum + perMinute, 0)
  const failed = services.reduce((sum, { perMinute, failedShare }) => sum + perMinute * failedShare, 0)
  const slowest = services.toSorted((a, b) => b.p95Ms - a.p95Ms)[0]
  const facts = [
    ['Instances ready', `${ready} of ${instances.length}`],
    ['Operations in a minute', number(asked)],
    ['Failed', percent(asked === 0 ? 0 : failed / asked)],
    ['Slowest service', slowest && slowest.p95Ms > 0 ? `${slowest.name}, ${duration(slowest.p95Ms)}` : '–'],
  ]
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Services({ services }: { services: readonly MappedService[] }) {
  return (
    <section aria-labelledby="services">
      <h2 id="services">Services</h2>
      <Scroll label="Services">
        <table>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Health</th>
              <th scope="col">Instances</th>
              <th scope="col">Version</th>
              <Loads />
            </tr>
          </thead>
          <tbody>
            {services.map((service) => {
              const [tone, word] = standing(service)
              return (
                <tr key={service.name}>
                  <th scope="row">
                    <Link to={`${pathTo('traces')}?service=${service.name}`}>{service.name}</Link>
                  </th>
                  <td>
                    <Badge tone={tone}>{word}</Badge>
                  </td>
                  <td>{service.instances}</td>
                  <td>{service.versions.join(', ') || '–'}</td>
                  <LoadCells load={service} />
                </tr>
              )
            })}
          </tbody>
        </table>
      </Scroll>
    </section>
  )
}

function Loads() {
  return (
    <>
      <th scope="col" className="number">
        In a minute
      </th>
      <th scope="col" className="number">
        Failed
      </th>
      <th scope="col" className="number">
        Half within
      </th>
      <th scope="col" className="number">
        19 of 20 within
      </th>
    </>
  )
}

function LoadCells({ load }: { load: Pick<Instance, 'perMinute' | 'failedShare' | 'p50Ms' | 'p95Ms'> }) {
  const idle = load.perMinute === 0
  return (
    <>
      <td className="number">{idle ? '–' : number(load.perMinute)}</td>
      <td className="number">{idle ? '–' : percent(load.failedShare)}</td>
      <td className="number">{idle ? '–' : duration(load.p50Ms)}</td>
      <td className="number">{idle ? '–' : duration(load.p95Ms)}</td>
    </>
  )
}

const tones: Readonly<Record<Instance['state'], Tone>> = {
  ready: 'good',
  starting: 'warn',
  draining: 'warn',
  'database-away': 'bad',
  silent: 'bad',
}

function Instances({ instances }: { instances: readonly Instance[] }) {
  return (
    <section aria-labelledby="instances">
      <h2 id="instances">Instances</h2>
      <Scroll label="Instances">
        <table>
          <thead>
            <tr>
              <th scope="col">Process</th>
              <th scope="col">Health</th>
              <th scope="col">Services</th>
              <th scope="col">Address</th>
              <th scope="col">Runs for</th>
              <Loads />
            </tr>
          </thead>
          <tbody>
            {instances.map((instance) => (
              <tr key={instance.id}>
                <th scope="row">{instance.name}</th>
                <td>
                  <Badge tone={tones[instance.state]}>{instance.state.replace('-', ' ')}</Badge>
                  {instance.why && <span className="why">{instance.why}</span>}
                </td>
                <td>
                  {instance.services.length > 2
                    ? count(instance.services.length, 'service')
                    : instance.services.join(', ') || 'none'}
                </td>
                <td>{instance.url?.replace('http://', '') ?? 'alone'}</td>
                <td>{instance.startedAt ? ago(instance.startedAt) : '–'}</td>
                <LoadCells load={instance} />
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  )
}
