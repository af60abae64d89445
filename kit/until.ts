import { setTimeout as pause } from 'node:timers/promises'

export interface Patience {
  /** After so long it will not come true any more. */
  readonly limitMs?: number
  readonly everyMs?: number
}

/**
 * Waits until a condition holds and answers with what it gave. What the condition throws ends the wait;
 * when time is up, the error names what was waited for and what was last seen.
 */
export async function until<Value>(
  what: string,
  condition: () => Value | Promise<Value>,
  { limitMs = 60_000, everyMs = 20 }: Patience = {},
): Promise<NonNullable<Exclude<Value, false>>> {
  const deadline = Date.now() + limitMs
  for (;;) {
    const value = await condition()
    if (value !== false && value !== undefined && value !== null && value !== '')
      return value as NonNullable<Exclude<Value, false>>
    if (Date.now() > deadline) throw new Error(`It did not happen within ${limitMs / 1000} s: ${what}`)
    await pause(everyMs)
  }
}
