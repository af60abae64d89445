import { setTimeout as pause } from 'node:timers/promises'
import { is, unavailable } from './problem.ts'

const awayCodes = /^(08|57P0)|^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$|^53300$/

/** Whether a statement failed because its database is away, or its connection is lost. */
export function isAway(error: Error & { code?: string }): boolean {
  return (
    awayCodes.test(error.code ?? '') ||
    // The driver gives these no code: a connection that broke, was found broken, could not be had, or is silent.
    /^(Connection terminated|Client (has encountered a connection error|was closed)|timeout exceeded when trying to connect|Query read timeout)/.test(
      error.message,
    )
  )
}

export interface Patience {
  /** A database that is just restarting is back within this. */
  readonly limitMs?: number
  readonly everyMs?: number
}

/**
 * Does work that may be done again once the database answers: who starts while it restarts need not begin anew with the
 * whole process. What the work throws otherwise, and the last refusal when it stays away, is the caller's.
 */
export async function onceItAnswers<Result>(
  work: () => Promise<Result>,
  { limitMs = 10_000, everyMs = 100 }: Patience = {},
): Promise<Result> {
  const deadline = Date.now() + limitMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const away = is(error, unavailable) || (error instanceof Error && isAway(error))
      if (!away || Date.now() >= deadline) throw error
    }
    await pause(everyMs)
  }
}
