/**
 * Holds back what a process does by itself, so that it can be let go on piece by piece, always in the same
 * sequence: only then do the points of a story have the same names in every run.
 */
export interface Background {
  /** Resolves when this service may pass events on. */
  mayPass(service: string): Promise<void>
  /** Whether this service may take up a job. */
  mayTakeUp(service: string): boolean
  /** Lets nothing go on by itself any more. */
  hold(): void
  /** Lets everything go on by itself. */
  free(): void
  /** Lets one service pass on its events, or take up its jobs, for as long as `work` lasts. */
  letGoOn(service: string, what: 'events' | 'jobs', work: () => Promise<void>): Promise<void>
}

export function createBackground(): Background {
  const waiting = new Map<string, PromiseWithResolvers<void>>()
  let held = false
  let allowed = ''
  const wake = (service: string) => {
    waiting.get(service)?.resolve()
    waiting.delete(service)
  }
  return {
    mayPass: async (service) => {
      if (!held || allowed === `${service} events`) return
      const wait = waiting.get(service) ?? Promise.withResolvers<void>()
      waiting.set(service, wait)
      await wait.promise
    },
    mayTakeUp: (service) => !held || allowed === `${service} jobs`,
    hold: () => {
      held = true
    },
    free: () => {
      held = false
      for (const service of waiting.keys()) wake(service)
    },
    letGoOn: async (service, what, work) => {
      allowed = `${service} ${what}`
      if (what === 'events') wake(service)
      try {
        await work()
      } finally {
        allowed = ''
      }
    },
  }
}
