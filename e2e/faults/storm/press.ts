import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { ApiProblem } from '@rialto/sdk'
import { wordsOf } from '../../words-of.ts'

/** What came of pressing a button: the shop's answer, or its refusal, and after how long. */
export type Pressed<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly problem: ApiProblem; readonly afterMs: number }
  /** Nobody could tell for as long as the presser had patience; `last` is what was heard instead. */
  | { readonly kind: 'unanswered'; readonly last: string }

const firstPauseMs = 50
const longestPauseMs = 500

/**
 * Presses a button as clients do: under one key, sent again with the same key for as long as the connection breaks
 * or the shop says that it cannot just now.
 */
export async function press<Answer>(
  send: (key: string) => Promise<Answer>,
  { patienceMs, key = randomUUID() }: { readonly patienceMs: number; readonly key?: string },
): Promise<Pressed<Answer>> {
  const begun = performance.now()
  const sinceMs = () => performance.now() - begun
  let last = 'nothing'
  for (let pauseMs = firstPauseMs; sinceMs() < patienceMs; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      const answer = await send(key)
      return { kind: 'answered', answer, afterMs: sinceMs() }
    } catch (error) {
      if (error instanceof ApiProblem && isFinal(error))
        return { kind: 'refused', problem: error, afterMs: sinceMs() }
      if (!(error instanceof ApiProblem || isBroken(error))) throw error
      last = wordsOf(error)
    }
    await pause(pauseMs)
  }
  return { kind: 'unanswered', last }
}

/** Does what has to be done on the way, again and again until it is done. Undefined when the shop refuses it. */
export async function persist<Answer>(
  send: (key: string) => Promise<Answer>,
  patienceMs: number,
): Promise<Answer | undefined> {
  const pressed = await press(send, { patienceMs })
  return pressed.kind === 'answered' ? pressed.answer : undefined
}

/** A refusal that the same request would meet again. */
function isFinal({ status, code }: ApiProblem): boolean {
  return status < 500 && status !== 429 && code !== 'request-in-progress'
}

/** `fetch` has one kind of error for whatever happens to a connection, and another one for lost patience. */
function isBroken(error: unknown): boolean {
  return error instanceof TypeError || (error as Error).name === 'TimeoutError'
}
