import type { Context, Watch } from './service.ts'
import type { Logger } from './telemetry.ts'
import { type Trouble, troubleWith } from './trouble.ts'

const words = { failing: 'a look failed; the next one follows', over: 'looks succeed again' }

export interface Watching {
  /** Looks from now on, every so often. */
  begin(): void
  /** Looks once at everything, at once. Rejects when a look fails. */
  look(): Promise<void>
  /** Ends it; what is being looked at is finished. */
  stop(): Promise<void>
}

/**
 * Looks again and again, by a clock that only ever runs forward: a wall clock that jumps, a lost row or a look
 * that failed do not end it. Looks of one watch never overlap in one process; those of replicas may.
 */
export function startWatches(
  watches: readonly Watch[],
  { context, log }: { readonly context: () => Context; readonly log: Logger },
): Watching {
  const timers = new Map<Watch, NodeJS.Timeout>()
  const busy = new Set<Promise<void>>()
  let stopped = false
  const later = (watch: Watch, trouble: Trouble): void => {
    const timer = setTimeout(() => {
      const work = watch
        .look(context())
        .then(trouble.works, trouble.failed)
        .finally(() => {
          busy.delete(work)
          if (!stopped) later(watch, trouble)
        })
      busy.add(work)
    }, watch.everyMs)
    timer.unref()
    timers.set(watch, timer)
  }
  return {
    begin: () => {
      for (const watch of watches) later(watch, troubleWith(log, words))
    },
    look: async () => {
      for (const watch of watches) await watch.look(context())
    },
    stop: async () => {
      stopped = true
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all(busy)
    },
  }
}
