import { type Fault, operations } from '@rialto/operations/contract'
import { type FormEvent, useState } from 'react'
import { call, explain } from '../api.ts'
import { count, duration } from '../format.ts'
import { Badge, Empty, Heading, Loaded, Notice, Silent, Time } from '../parts/basics.tsx'
import { Action, Field } from '../parts/form.tsx'
import { useServices } from '../parts/service-choice.tsx'
import { useLive } from '../use-live.ts'

export function Faults() {
  const { data, error, refresh } = useLive('faults', () => call(operations.listFaults, {}))
  return (
    <>
      <Heading title="Faults">
        <p>Make a service slow, fail or crash, and see what the shop makes of it.</p>
      </Heading>
      <Loaded data={data} error={error}>
        {({ allowed, items, silent }) =>
          allowed ? (
            <>
              <Silent names={silent} />
              <Present faults={items} refresh={refresh} />
              <Inject refresh={refresh} />
            </>
          ) : (
            <Notice>Faults are injected in development only. This shop runs in production.</Notice>
          )
        }
      </Loaded>
    </>
  )
}

function Present({ faults, refresh }: { faults: readonly Fault[]; refresh: () => void }) {
  return (
    <section aria-labelledby="present">
      <h2 id="present">Now</h2>
      {faults.length === 0 && <Empty>Every service works as it does.</Empty>}
      <ul className="cards">
        {faults.map(({ service, kind, percent, delayMs, until, instances }) => (
          <li key={service}>
            <h3>
              {service} <Badge tone="bad">{kind === 'slow' ? `slow by ${duration(delayMs)}` : 'fails'}</Badge>
            </h3>
            <p className="quiet">
              {percent} % of what it is asked, in {count(instances, 'instance')}, until <Time at={until} />
            </p>
            <Action
              quiet
              act={async () => {
                await call(operations.removeFault, { service })
                refresh()
              }}
            >
              End it for {service}
            </Action>
          </li>
        ))}
      </ul>
    </section>
  )
}

const kinds = [
  ['slow', 'Slow: answers later'],
  ['fail', 'Fail: answers that it is away'],
  ['crash', 'Crash: its processes end at once; a fleet starts them again'],
] as const

function Inject({ refresh }: { refresh: () => void }) {
  const services = useServices().filter((name) => name !== 'operations')
  const [kind, setKind] = useState<Fault['kind']>('slow')
  const [told, setTold] = useState<{ tone: 'good' | 'bad'; text: string }>()
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const given = (name: string) => (form.has(name) ? Number(form.get(name)) : undefined)
    const service = String(form.get('service'))
    try {
      const fault = await call(operations.injectFault, {
        service,
        kind,
        delayMs: given('delayMs'),
        percent: given('percent'),
        seconds: given('seconds'),
      })
      const what = kind === 'crash' ? 'crashed' : kind === 'slow' ? 'is slow now' : 'fails now'
      setTold({ tone: 'good', text: `${service} ${what}, in ${count(fault.instances, 'instance')}.` })
      refresh()
    } catch (failure) {
      setTold({ tone: 'bad', text: explain(failure) })
    }
  }
  return (
    <section aria-labelledby="inject">
      <h2 id="inject">Inject one</h2>
      {told && <Notice tone={told.tone}>{told.text}</Notice>}
      <form className="panel narrow" onSubmit={send}>
        <Field label="Service">
          {(id) => (
            <select id={id} name="service" className="input" required>
              {services.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
        <fieldset className="field">
          <legend>What becomes of it</legend>
          {kinds.map(([value, text]) => (
            <label key={value} className="choice">
              <input type="radio" name="kind" checked={kind === value} onChange={() => setKind(value)} />{' '}
              {text}
            </label>
          ))}
        </fieldset>
        {kind !== 'crash' && <Bounds kind={kind} />}
        <button type="submit" className="button danger">
          Inject it
        </button>
      </form>
    </section>
  )
}

function Bounds({ kind }: { kind: Fault['kind'] }) {
  const fields = [
    ...(kind === 'slow' ? [['delayMs', 'Later by (milliseconds)', 2_000, 30_000] as const] : []),
    ['percent', 'Of its requests (%)', 100, 100] as const,
    ['seconds', 'For (seconds)', 60, 600] as const,
  ]
  return (
    <div className="fields">
      {fields.map(([name, label, usual, most]) => (
        <Field key={name} label={label}>
          {(id) => (
            <input
              id={id}
              name={name}
              type="number"
              className="input"
              min={1}
              max={most}
              defaultValue={usual}
              required
            />
          )}
        </Field>
      ))}
    </div>
  )
}
