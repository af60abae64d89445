import type { Broker } from '@rialto/kit/broker'
import { asProblem } from '@rialto/kit/http'
import type { Logger } from '@rialto/kit/telemetry'
import { createSources, type Source } from './sources.ts'

/** What is read anew when it may have changed, for those who watch it. */
export interface Watched {
  /** Events after which it may have changed, when they are about one of the ids. */
  readonly on: readonly string[]
  readonly ids: readonly string[]
  /** What all may see alike has a key, and is read once for all who watch it. */
  readonly key?: string
  /** Reads it as it is now. Throws the problem why it may not be seen any more. */
  read(): Promise<string>
}

export interface Viewer {
  show(text: string): void
  /** It may not be seen any more, or not be read. */
  end(error: unknown): void
}

/** Knows who watches what, and reads it anew: after its events, and again and again in case one passed unheard. */
export interface Hub {
  /** Hears these events from now on. */
  listen(names: readonly string[]): void
  /** Answers with the present state and with what ends the watching. Throws what the first reading did. */
  join(watched: Watched, viewer: Viewer): Promise<{ readonly text: string; readonly leave: () => void }>
  close(): void
}

export interface Pace {
  /** Between two readings of one thing, however often it changes. */
  readonly gapMs: number
  /** Without any event: for what has an owner, whose access ends with a session, and for what all may see. */
  readonly checkMs: { readonly owned: number; readonly shared: number }
  /** Readings at the same time. */
  readonly atOnce: number
}

export const standardPace: Pace = { gapMs: 250, checkMs: { owned: 20_000, shared: 60_000 }, atOnce: 16 }

export function createHub(
  { broker, log }: { readonly broker: Broker; readonly log: Logger },
  pace = standardPace,
): Hub {
  const sources = createSources()
  const turns = createTurns(pace.atOnce)
  const plan = (source: Source, afterMs: number) => {
    clearTimeout(source.timer)
    // Only a first reading fails, and that is told to whoever asked for it.
    source.timer = setTimeout(() => look(source).catch(() => {}), afterMs).unref()
  }
  /** Many are checked at many times, not all at once. */
  const checkMs = ({ watched }: Source) =>
    (watched.key === undefined ? pace.checkMs.owned : pace.checkMs.shared) * (0.8 + Math.random() * 0.4)
  const look = (source: Source): Promise<void> => {
    source.reading ??= turns(() => readAnew(source, log)).finally(() => {
      source.reading = undefined
      source.readAt = performance.now()
      if (sources.has(source)) plan(source, source.isStale ? pace.gapMs : checkMs(source))
    })
    return source.reading
  }
  const touch = (source: Source) => {
    if (source.reading) source.isStale = true
    else plan(source, Math.max(0, source.readAt + pace.gapMs - performance.now()))
  }
  const heard = createHearing(broker, {
    tell: (name, id) => sources.about(name, id).forEach(touch),
    missed: () => sources.all().forEach(touch),
  })
  return {
    listen: heard.listen,
    join: async (watched, viewer) => {
      const source = sources.of(watched)
      const leave = () => {
        if (source.viewers.delete(viewer) && source.viewers.size === 0) sources.drop(source)
      }
      source.viewers.add(viewer)
      try {
        if (source.text === undefined) await look(source)
        return { text: demandText(source), leave }
      } catch (error) {
        leave()
        throw error
      }
    },
    close: () => {
      heard.close()
      for (const source of sources.all()) sources.drop(source)
    },
  }
}

/** What failed only for a moment is read again later; a refusal ends it for all who watch. */
async function readAnew(source: Source, log: Logger): Promise<void> {
  source.isStale = false
  try {
    const text = await source.watched.read()
    if (text === source.text) return
    const isFirst = source.text === undefined
    source.text = text
    if (!isFirst) for (const viewer of source.viewers) viewer.show(text)
  } catch (error) {
    if (source.text === undefined) throw error
    if (isPassing(error)) return log.debug({ error: String(error) }, 'what is watched could not be read')
    for (const viewer of [...source.viewers]) viewer.end(error)
  }
}

function demandText({ text }: Source): string {
  if (text === undefined) throw new Error('What is watched was not read.')
  return text
}

/** An error of a field of the graph has the problem in it. */
export function isPassing(error: unknown): boolean {
  const { originalError } = (error ?? {}) as { originalError?: unknown }
  const { status } = asProblem(originalError ?? error)
  return status >= 500 || status === 429
}

function createHearing(
  broker: Broker,
  { tell, missed }: { tell: (name: string, id: string) => void; missed: () => void },
): Pick<Hub, 'listen' | 'close'> {
  const known = new Set<string>()
  const ends: (() => void)[] = []
  return {
    listen: (names) => {
      const fresh = [...new Set(names)].filter((name) => !known.has(name))
      if (fresh.length === 0) return
      for (const name of fresh) known.add(name)
      ends.push(broker.watch(fresh, ({ name, aggregateId }) => tell(name, aggregateId), missed))
    },
    close: () => {
      for (const end of ends.splice(0)) end()
    },
  }
}

/** Lets so many work at once; the others wait for their turn. */
function createTurns(atOnce: number) {
  const waiting: (() => void)[] = []
  let busy = 0
  return async (work: () => Promise<void>): Promise<void> => {
    if (busy >= atOnce) await new Promise<void>((turn) => waiting.push(turn))
    else busy++
    try {
      await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else busy--
    }
  }
}
