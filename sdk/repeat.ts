import type { Send } from './send.ts'

type Answer = Awaited<ReturnType<Send>>

export interface RepeatOptions {
  /** How often it is sent again at most. */
  readonly retries: number
  readonly signal?: AbortSignal
  readonly random?: () => number
}

export const firstPauseMs = 100
export const longestPauseMs = 5_000
/** Too many requests, and parts of the shop that are away for a moment or did not answer in time. */
export const passing = new Set([429, 502, 503, 504])

/**
 * Sends what may be repeated until there is an answer that is more than a passing trouble, with growing pauses, or those
 * that the shop asks for. Throws and answers at last what the last attempt did.
 */
export async function repeated(
  attempt: () => Promise<Answer>,
  { retries, signal, random = Math.random }: RepeatOptions,
): Promise<Answer> {
  for (let count = 0; ; count++) {
    const isLast = count >= retries
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** count) * (0.5 + random() / 2)
    try {
      const answer = await attempt()
      if (isLast || !isPassing(answer)) return answer
      await pause(Math.max(pauseMs, askedPauseMs(answer)), signal)
    } catch (error) {
      // What the caller ended is not sent again.
      if (isLast || signal?.aborted) throw error
      await pause(pauseMs, signal)
    }
  }
}

function isPassing({ status, text }: Answer): boolean {
  return passing.has(status) || (status === 409 && text.includes('"request-in-progress"'))
}

function askedPauseMs({ headers }: Answer): number {
  const seconds = Number(headers.get('retry-after') ?? 0)
  return seconds > 0 ? Math.min(longestPauseMs, seconds * 1_000) : 0
}

export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal?.addEventListener('abort', end, { once: true })
    if (signal?.aborted) end()
  })
}
