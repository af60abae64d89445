import { useState } from 'react'
import { Contract } from './pages/contract.tsx'
import { Contracts } from './pages/contracts.tsx'
import { DeadLetterPage } from './pages/dead-letter.tsx'
import { Faults } from './pages/faults.tsx'
import { Logs } from './pages/logs.tsx'
import { Messages } from './pages/messages.tsx'
import { Metrics } from './pages/metrics.tsx'
import { Overview } from './pages/overview.tsx'
import { SagaPage } from './pages/saga.tsx'
import { Sagas } from './pages/sagas.tsx'
import { SignIn } from './pages/sign-in.tsx'
import { TracePage } from './pages/trace.tsx'
import { Traces } from './pages/traces.tsx'
import { Heading } from './parts/basics.tsx'
import { Frame } from './parts/frame.tsx'
import { useRoute } from './router.ts'
import { useSession } from './session.ts'
import { Live } from './use-live.ts'

export function App() {
  const session = useSession()
  const [live, setLive] = useState(true)
  if (session.state === 'asking') return <p className="quiet loading">One moment …</p>
  if (session.state !== 'open') return <SignIn session={session} />
  return (
    <Live value={live}>
      <Frame session={session} live={live} setLive={setLive}>
        <Page />
      </Frame>
    </Live>
  )
}

function Page() {
  const { parts } = useRoute()
  const [room = '', first, second] = parts
  switch (room) {
    case '':
      return <Overview />
    case 'traces':
      return first ? <TracePage id={first} /> : <Traces />
    case 'logs':
      return <Logs />
    case 'metrics':
      return <Metrics />
    case 'messages':
      return first && second ? <DeadLetterPage service={first} id={second} /> : <Messages />
    case 'sagas':
      return first ? <SagaPage id={first} /> : <Sagas />
    case 'contracts':
      return first ? <Contract name={first} /> : <Contracts />
    case 'faults':
      return <Faults />
    default:
      return (
        <>
          <Heading title="There is no such page" />
          <p>The pages of the console are listed in its menu.</p>
        </>
      )
  }
}
