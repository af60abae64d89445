import { ApiProblem } from '@rialto/sdk'

/** What went wrong, for a report. */
export function wordsOf(error: unknown): string {
  if (error instanceof ApiProblem) return `${error.status} ${error.code} ${error.message}`
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}
