import type { Viewer, Watched } from './hub.ts'

/** One thing that is watched, by one or many. */
export interface Source {
  readonly watched: Watched
  readonly viewers: Set<Viewer>
  /** What was read last. */
  text?: string
  reading?: Promise<void>
  /** An event came while it was read. */
  isStale: boolean
  readAt: number
  timer?: NodeJS.Timeout
}

/** All that is watched, found by the events that concern it. */
export function createSources() {
  const all = new Set<Source>()
  const shared = new Map<string, Source>()
  const concerned = new Map<string, Set<Source>>()
  const add = (watched: Watched): Source => {
    const source: Source = { watched, viewers: new Set(), isStale: false, readAt: 0 }
    all.add(source)
    if (watched.key !== undefined) shared.set(watched.key, source)
    for (const topic of topicsOf(watched))
      concerned.set(topic, (concerned.get(topic) ?? new Set()).add(source))
    return source
  }
  return {
    all: () => [...all],
    has: (source: Source) => all.has(source),
    about: (name: string, id: string): ReadonlySet<Source> => concerned.get(topicOf(name, id)) ?? none,
    /** The one that all who may see it share, or one of its own. */
    of: (watched: Watched): Source => (watched.key !== undefined && shared.get(watched.key)) || add(watched),
    drop: (source: Source) => {
      const { timer, watched } = source
      clearTimeout(timer)
      all.delete(source)
      if (watched.key !== undefined && shared.get(watched.key) === source) shared.delete(watched.key)
      for (const topic of topicsOf(watched)) {
        const sources = concerned.get(topic)
        sources?.delete(source)
        if (sources?.size === 0) concerned.delete(topic)
      }
    },
  }
}

const none: ReadonlySet<Source> = new Set()

function topicsOf({ on, ids }: Watched): string[] {
  return on.flatMap((name) => ids.map((id) => topicOf(name, id)))
}

function topicOf(name: string, id: string): string {
  return `${name} ${id}`
}
