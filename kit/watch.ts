import type { Context, Watch } from './service.ts'
import type { Logger } from './telemetry.ts'

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
  const later = (watch: Watch): void => {
    const timer = setTimeout(() => {
      const work = watch
        .look(context())
        .catch((error) => log.warn({ error: String(error) }, 'a look failed; the next one follows'))
        .finally(() => {
          busy.delete(work)
          if (!stopped) later(watch)
        })
      busy.add(work)
    }, watch.everyMs)
    timer.unref()
    timers.set(watch, timer)
  }
  return {
    begin: () => watches.forEach(later),
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
