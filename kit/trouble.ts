import type { Logger } from './telemetry.ts'

/** Something that is tried again and again, and may fail for a long time. */
export interface Trouble {
  /** Logs a warning at once when it fails anew or for another reason, and then one every half minute. */
  failed(error: unknown): void
  /** It works: what was said of it before is over. */
  works(): void
}

const sayAgainMs = 30_000

/**
 * Keeps the log readable while something stays away: what repeats is counted, not said. `now` is in milliseconds and never
 * goes back.
 */
export function troubleWith(
  log: Logger,
  { failing, over }: { readonly failing: string; readonly over: string },
  now: () => number = () => performance.now(),
): Trouble {
  let said: { readonly reason: string; readonly at: number } | undefined
  let times = 0
  return {
    failed: (error) => {
      const reason = String(error)
      times++
      if (said?.reason === reason && now() < said.at + sayAgainMs) return
      said = { reason, at: now() }
      log.warn({ error: reason, ...(times > 1 && { times }) }, failing)
    },
    works: () => {
      if (said) log.warn({ times }, over)
      said = undefined
      times = 0
    },
  }
}
