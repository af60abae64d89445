import { format } from '@rialto/kit/money'
import { orders, type SagaDetails } from '@rialto/orders/contract'
import { useState } from 'react'
import { call } from '../api.ts'
import { ago, count } from '../format.ts'
import { Badge, Empty, Heading, Link, Loaded, Notice, Time, type Tone } from '../parts/basics.tsx'
import { Confirmed, Field } from '../parts/form.tsx'
import { pathTo } from '../router.ts'
import { useLive } from '../use-live.ts'
import { sagaTones } from './sagas.tsx'

export function SagaPage({ id }: { id: string }) {
  const { data, error, refresh } = useLive(`saga ${id}`, () => call(orders.getSaga, { id }))
  return (
    <>
      <p className="crumbs">
        <Link to={pathTo('sagas')}>Sagas</Link>
      </p>
      <Heading title={data ? `A ${data.kind} of ${format(data.amount)}` : 'A saga'} />
      <Loaded data={data} error={error}>
        {(saga) => (
          <>
            <Standing saga={saga} />
            <Decisions saga={saga} refresh={refresh} />
            <Steps saga={saga} />
            <Actions saga={saga} />
          </>
        )}
      </Loaded>
    </>
  )
}

function Standing({ saga }: { saga: SagaDetails }) {
  const { id, state, step, since, startedAt, attempts, waitsFor, why, waitsUntil, orderId } = saga
  return (
    <>
      {why && <Notice tone={state === 'stuck' ? 'bad' : 'warn'}>{why}</Notice>}
      <dl className="attributes panel">
        <div>
          <dt>state</dt>
          <dd>
            <Badge tone={sagaTones[state]}>{state}</Badge> {state !== step && `at ${step} `}for{' '}
            {ago(since ?? startedAt)}, {count(attempts, 'attempt')}
          </dd>
        </div>
        {waitsFor && (
          <div>
            <dt>waits for</dt>
            <dd>
              {waitsFor}
              {waitsUntil && (
                <>
                  {' '}
                  until <Time at={waitsUntil} />
                </>
              )}
            </dd>
          </div>
        )}
        <div>
          <dt>begun</dt>
          <dd>
            <Time at={startedAt} />
          </dd>
        </div>
        <div>
          <dt>order</dt>
          <dd>{orderId ?? 'none'}</dd>
        </div>
        <div>
          <dt>id</dt>
          <dd>{id}</dd>
        </div>
      </dl>
    </>
  )
}

const stepTones: Readonly<Record<string, Tone>> = { done: 'good', refused: 'bad', open: 'warn' }

function Steps({ saga: { steps } }: { saga: SagaDetails }) {
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">Steps</h2>
      {steps.length === 0 && <Empty>No step has been tried yet.</Empty>}
      <ol className="steps">
        {steps.map((step) => (
          <li key={`${step.name} ${step.startedAt}`}>
            <h3>
              {step.name} <Badge tone={stepTones[step.state]}>{step.state}</Badge>
            </h3>
            <p className="quiet">
              <Time at={step.startedAt} />
              {step.endedAt && (
                <>
                  {' '}
                  to <Time at={step.endedAt} />
                </>
              )}
              , {count(step.attempts, 'attempt')}
              {step.waitsFor && `, waits for ${step.waitsFor}`}
            </p>
            {step.note && <p>{step.note}</p>}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Actions({ saga: { actions } }: { saga: SagaDetails }) {
  if (actions.length === 0) return null
  return (
    <section aria-labelledby="actions">
      <h2 id="actions">What staff did</h2>
      <ul className="cards">
        {actions.map(({ action, by, at, outcome, note, stepBefore, stepAfter }) => (
          <li key={`${at} ${action}`}>
            <h3>
              {action} {outcome && `(${outcome})`}
            </h3>
            <p className="quiet">
              {by}, <Time at={at} />: {stepBefore} → {stepAfter}
            </p>
            {note && <p>{note}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Decisions({ saga: { id, allows }, refresh }: { saga: SagaDetails; refresh: () => void }) {
  const [note, setNote] = useState('')
  const [outcome, setOutcome] = useState<'approved' | 'declined'>('approved')
  if (allows.length === 0) return <p className="quiet">There is nothing to be done about it.</p>
  const then = async (work: Promise<unknown>) => {
    await work
    setNote('')
    refresh()
  }
  const given = note.trim() || undefined
  const field = (hint: string) => (
    <Field label="Note" hint={hint}>
      {(field_) => (
        <input
          id={field_}
          className="input"
          maxLength={200}
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
      )}
    </Field>
  )
  const hint = 'Kept with your name. No personal data.'
  return (
    <div className="actions">
      {allows.includes('retry') && (
        <Confirmed
          button="Retry"
          title="Try the present step at once?"
          danger={false}
          act={() => then(call(orders.retrySaga, { id, note: given }))}
        >
          {field(hint)}
        </Confirmed>
      )}
      {allows.includes('skip') && (
        <Confirmed
          button="Tell the outcome"
          title="What became of the money?"
          act={() => then(call(orders.skipSaga, { id, outcome, note: note.trim() }))}
        >
          <p>
            Look into the payment gateway’s back office first. It is asked once more before your word is
            taken.
          </p>
          <Outcome outcome={outcome} setOutcome={setOutcome} />
          {field(`${hint} It is needed here.`)}
        </Confirmed>
      )}
      {allows.includes('compensate') && (
        <Confirmed
          button="Give up"
          title="Give this checkout up?"
          act={() => then(call(orders.compensateSaga, { id, note: given }))}
        >
          <p>Goods, coupons and money are given back.</p>
          {field(hint)}
        </Confirmed>
      )}
    </div>
  )
}

type OutcomeName = 'approved' | 'declined'

function Outcome({
  outcome,
  setOutcome,
}: {
  outcome: OutcomeName
  setOutcome: (outcome: OutcomeName) => void
}) {
  return (
    <Field label="Outcome">
      {(id) => (
        <select
          id={id}
          className="input"
          value={outcome}
          onChange={({ target }) => setOutcome(target.value as OutcomeName)}
        >
          <option value="approved">Approved: the money is held, charged or given back</option>
          <option value="declined">Declined: it is not, nor will be</option>
        </select>
      )}
    </Field>
  )
}
