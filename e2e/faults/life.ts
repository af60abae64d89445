import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * The life of one process of the platform within this one. It passes points, each named by who does what for the
 * how manyth time, and may be made to end at one of them: from there on nothing it does has any effect.
 */
export interface Life {
  readonly dead: boolean
  /** The points passed since the last `dieAt`, in order. */
  readonly passed: ReadonlySet<string>
  /** How many were passed in all. */
  readonly reached: number
  /** Passes a point of whoever is at work, or dies there. */
  reach(point: string, doer?: Doer): void
  /** Names what is done in `work`, such as `orders.checkout`. */
  doing<Result>(name: string, work: () => Result): Result
  /** From here on it lives until it comes to this point; without one it lives on. Counts begin anew. */
  dieAt(point?: string): void
  /** Runs when it dies: cuts what reaches out of the process. */
  onDeath(cut: () => void): void
}

export interface Doer {
  /** Who does it, in whosever name. */
  readonly as?: string
  /** Who does it where nobody in particular is at work. */
  readonly orElse?: string
}

export class Died extends Error {}

export function beginLife(): Life {
  const present = new AsyncLocalStorage<string>()
  const cuts: (() => void)[] = []
  const counts = new Map<string, number>()
  const passed = new Set<string>()
  let deathAt: string | undefined
  let dead = false
  let reached = 0
  return {
    passed,
    get reached() {
      return reached
    },
    get dead() {
      return dead
    },
    reach: (point, { as, orElse } = {}) => {
      if (dead) throw new Died(`The process is dead and comes to: ${point}`)
      const what = `${as ?? present.getStore() ?? orElse} ${point}`
      const count = (counts.get(what) ?? 0) + 1
      counts.set(what, count)
      const name = count > 1 ? `${what} (${count})` : what
      passed.add(name)
      reached++
      if (name !== deathAt) return
      dead = true
      for (const cut of cuts) cut()
      throw new Died(`The process died: ${name}`)
    },
    doing: (name, work) => present.run(name, work),
    dieAt: (point) => {
      counts.clear()
      passed.clear()
      deathAt = point
    },
    onDeath: (cut) => {
      cuts.push(cut)
    },
  }
}
