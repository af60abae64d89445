import { ApiProblem, createClient, sendByFetch } from '@rialto/sdk'

/** The public API, as whoever has signed in at this browser. */
export const call = createClient({ send: sendByFetch('', { timeoutMs: 15_000 }) })

/** Why something did not work, in words for a person. */
export function explain(error: unknown): string {
  if (error instanceof ApiProblem) return error.message
  if ((error as Error)?.name === 'TimeoutError') return 'The shop did not answer in time.'
  return 'The shop cannot be reached just now.'
}

export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiProblem && error.status === status
}
