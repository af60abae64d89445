/** Keeps a distance between the beginnings of what is done again and again. */
export interface Pace {
  /** Resolves when the next may begin: at once, if the one before has begun long enough ago. */
  next(): Promise<void>
  /** Keeps no distance any more, and lets go whoever waits. */
  end(): void
}

/**
 * Whoever is alone waits for nothing. Under load, what comes in the meantime is done together, so that it costs a
 * round trip and a commit less each.
 */
export function keepPace(distanceMs: number): Pace {
  let begun = Number.NEGATIVE_INFINITY
  let distance = distanceMs
  let letGo = () => {}
  return {
    next: async () => {
      const restMs = begun + distance - performance.now()
      if (restMs > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, restMs)
          letGo = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      begun = performance.now()
    },
    end: () => {
      distance = 0
      letGo()
    },
  }
}

/** Between two looks into an outbox or inbox, unless told otherwise. */
export const defaultPaceMs = 25
