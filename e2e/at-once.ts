import { ApiProblem } from '@rialto/sdk'

/** What came of requests that were sent at the same moment. */
export interface Outcomes<Answer> {
  readonly answers: readonly Answer[]
  readonly refusals: readonly ApiProblem[]
  /** The codes of the refusals, each once, in order of the alphabet. */
  readonly codes: readonly string[]
}

/** Sends all of them before any is answered. What is neither an answer nor a plain refusal fails. */
export async function atOnce<Answer>(
  requests: readonly (() => Promise<Answer>)[],
): Promise<Outcomes<Answer>> {
  const answers: Answer[] = []
  const refusals: ApiProblem[] = []
  for (const result of await Promise.allSettled(requests.map((send) => send()))) {
    if (result.status === 'fulfilled') answers.push(result.value)
    else if (result.reason instanceof ApiProblem && result.reason.status < 500) refusals.push(result.reason)
    else throw result.reason
  }
  return { answers, refusals, codes: [...new Set(refusals.map(({ code }) => code))].sort() }
}

export function times<Result>(count: number, make: (index: number) => Result): Result[] {
  return Array.from({ length: count }, (_, index) => make(index))
}
