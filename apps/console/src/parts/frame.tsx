import type { ReactNode } from 'react'
import { pathTo, useRoute } from '../router.ts'
import type { Session } from '../session.ts'
import { Link } from './basics.tsx'

const rooms = [
  ['', 'Overview'],
  ['traces', 'Traces'],
  ['logs', 'Logs'],
  ['metrics', 'Metrics'],
  ['messages', 'Messages'],
  ['sagas', 'Sagas'],
  ['contracts', 'Contracts'],
  ['faults', 'Faults'],
] as const

export function Frame({
  session,
  live,
  setLive,
  children,
}: {
  session: Extract<Session, { state: 'open' }>
  live: boolean
  setLive: (live: boolean) => void
  children: ReactNode
}) {
  const { parts } = useRoute()
  return (
    <div className="frame">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header>
        <a className="brand" href="/console">
          Rialto <span>Console</span>
        </a>
        <nav aria-label="Console">
          <ul>
            {rooms.map(([room, name]) => (
              <li key={room}>
                <Link
                  to={room ? pathTo(room) : '/console'}
                  aria-current={(parts[0] ?? '') === room ? 'page' : undefined}
                >
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="self">
          <button type="button" className="link" aria-pressed={!live} onClick={() => setLive(!live)}>
            {live ? 'Pause updates' : 'Updates are paused: go on'}
          </button>
          <p>{session.profile.name}</p>
          <p>
            <a href="/">To the shop</a>
          </p>
          <button type="button" className="link" onClick={() => session.leave()}>
            Sign out
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}
