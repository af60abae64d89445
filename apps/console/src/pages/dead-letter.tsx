import { type DeadLetterDetail, messageOperations } from '@rialto/kit/message-operations'
import { call } from '../api.ts'
import { count } from '../format.ts'
import { Code, Heading, Link, Loaded, Time } from '../parts/basics.tsx'
import { Action, Confirmed } from '../parts/form.tsx'
import { go, pathTo } from '../router.ts'
import { useLive } from '../use-live.ts'

const never = 3_600_000

export function DeadLetterPage({ service, id }: { service: string; id: string }) {
  const { getDeadLetter } = messageOperations(service)
  const { data, error } = useLive(`letter ${service} ${id}`, () => call(getDeadLetter, { id }), never)
  return (
    <>
      <p className="crumbs">
        <Link to={pathTo('messages')}>Messages</Link>
      </p>
      <Heading title={data ? `${data.name} in ${service}` : 'A dead letter'} />
      <Loaded data={data} error={error}>
        {(letter) => <Letter service={service} letter={letter} />}
      </Loaded>
    </>
  )
}

function Letter({ service, letter }: { service: string; letter: DeadLetterDetail }) {
  const { replayDeadLetter, dropDeadLetter } = messageOperations(service)
  const { id, kind, source, aggregateId, version, attempts, at, lastError, data, raw } = letter
  const decide = async (work: Promise<unknown>) => {
    await work
    go(pathTo('messages'))
  }
  return (
    <>
      <dl className="attributes panel">
        {[
          ['id', id],
          ['kind', `${kind}, version ${version}`],
          ['said by', source],
          ['about', aggregateId],
          ['tried', count(attempts, 'time')],
        ].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>said</dt>
          <dd>
            <Time at={at} />
          </dd>
        </div>
      </dl>
      <h2>Why it failed</h2>
      <Code>{lastError ?? 'Nothing was noted.'}</Code>
      <h2>What it says</h2>
      <Code>{raw ?? JSON.stringify(data, null, 2)}</Code>
      <div className="actions">
        <Action act={() => decide(call(replayDeadLetter, { id }))}>Let {service} try again</Action>
        <Confirmed
          button="Drop it"
          title="Drop this message?"
          act={() => decide(call(dropDeadLetter, { id }))}
        >
          <p>It will never take effect in {service}. This cannot be undone; the log keeps that you did it.</p>
        </Confirmed>
      </div>
    </>
  )
}
