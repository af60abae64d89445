import { useSyncExternalStore } from 'react'

// Addresses below /console. Whatever is chosen on a page stands in its address, so that it can be shared.

export const root = '/console'

const listeners = new Set<() => void>()

function tell(): void {
  for (const listener of listeners) listener()
}

function listen(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('popstate', tell)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('popstate', tell)
  }
}

export interface Route {
  /** Parts of the path below `/console`, such as `traces` and an id. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
}

export function useRoute(): Route {
  const address = useSyncExternalStore(listen, () => location.pathname + location.search)
  const { pathname, searchParams } = new URL(address, location.origin)
  const parts = pathname.slice(root.length).split('/').filter(Boolean).map(decodeURIComponent)
  return { parts, query: searchParams }
}

export function go(to: string): void {
  history.pushState(null, '', to)
  tell()
  scrollTo(0, 0)
  document.querySelector('main')?.focus()
}

/** Puts choices into the present address; an empty one is left out. */
export function choose(choices: Readonly<Record<string, string>>): void {
  const query = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(choices))
    if (value === '') query.delete(name)
    else query.set(name, value)
  history.replaceState(null, '', location.pathname + (query.size > 0 ? `?${query}` : ''))
  tell()
}

export function pathTo(...parts: readonly string[]): string {
  return [root, ...parts.map(encodeURIComponent)].join('/')
}
