import type { MappedService } from '@rialto/operations/contract'
import type { MouseEvent, ReactNode } from 'react'
import { clockOf, inFull } from '../format.ts'
import { go } from '../router.ts'

export function Link({
  to,
  children,
  ...rest
}: {
  to: string
  children: ReactNode
  className?: string
  'aria-current'?: 'page' | undefined
}) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    go(to)
  }
  return (
    <a href={to} onClick={follow} {...rest}>
      {children}
    </a>
  )
}

/** The time of day, with date and zone for whoever looks closer. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={inFull(at)}>
      {clockOf(at)}
    </time>
  )
}

export type Tone = 'good' | 'bad' | 'warn' | 'plain'

/** A word on its state; never by colour alone. */
export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>
}

export function Notice({ tone = 'warn', children }: { tone?: 'good' | 'bad' | 'warn'; children: ReactNode }) {
  return (
    <div className={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <p>{children}</p>
    </div>
  )
}

/** What is seen before there is data, when there is none, or none can be had. */
export function Loaded<Data>({
  data,
  error,
  children,
}: {
  data: Data | undefined
  error: string | undefined
  children: (data: Data) => ReactNode
}) {
  return (
    <>
      {error && <Notice tone="bad">{data ? `${error} What you see is older.` : error}</Notice>}
      {data === undefined ? error ? null : <p className="quiet loading">One moment …</p> : children(data)}
    </>
  )
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>
}

export function Silent({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null
  return <Notice>No answer from {names.join(', ')}: what they know is missing here.</Notice>
}

export function Heading({ title, children }: { title: string; children?: ReactNode }) {
  document.title = `${title} · Console · Rialto`
  return (
    <div className="heading">
      <h1>{title}</h1>
      {children}
    </div>
  )
}

/** What may be wider than the page moves within itself, by keyboard too. */
export function Scroll({
  label,
  className = 'table',
  children,
}: {
  label: string
  className?: string
  children: ReactNode
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard.
    <section className={className} aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}

export function Code({ children }: { children: ReactNode }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard.
  return <pre tabIndex={0}>{children}</pre>
}

/** How a service is, in one word. */
export function standing({ instances, ready, failedShare }: Standing): readonly [Tone, string] {
  if (instances === 0) return ['bad', 'away']
  if (ready === 0) return ['bad', 'not ready']
  if (failedShare >= 0.01) return ['bad', 'failing']
  return ready < instances ? ['warn', 'partly ready'] : ['good', 'ready']
}

type Standing = Pick<MappedService, 'instances' | 'ready' | 'failedShare'>
