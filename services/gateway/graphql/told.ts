import { asProblem } from '@rialto/kit/http'
import type { Logger } from '@rialto/kit/telemetry'
import { queryInvalid } from './problems.ts'

/** An error as the graph has it: with the problem, if it is one, as what caused it. */
interface GraphError {
  readonly message: string
  readonly locations?: unknown
  readonly path?: readonly (string | number)[]
  readonly originalError?: unknown
}

export interface Told {
  readonly message: string
  readonly locations?: unknown
  readonly path?: readonly (string | number)[]
  readonly extensions: Readonly<Record<string, unknown>>
}

export type Tell = (error: unknown, requestId: string) => Told

export interface TellOptions {
  readonly log: Logger
  /** Whether the graph tells what a misspelt field may have meant. */
  readonly suggests: boolean
}

/** What the caller learns of an error: a problem as REST tells it; of a fault of ours, that it is one. */
export function createTell({ log, suggests }: TellOptions): Tell {
  return (error, requestId) => {
    const { message, locations, path, originalError } = error as GraphError
    // What the graph says, and has no place in the answer, is wrong with the query.
    const isOfQuery = error instanceof Error && error.name === 'GraphQLError' && !path && !originalError
    const problem = isOfQuery ? queryInvalid(spoken(message, suggests)) : asProblem(originalError ?? error)
    if (problem.code === 'internal') {
      const stack = (originalError as Error | undefined)?.stack ?? (error as Error).stack
      log.error({ error: stack, requestId, path: path?.join('.') }, 'a field of the graph failed')
    }
    const { code, status, details } = problem
    return {
      message: problem.message,
      ...(locations !== undefined && { locations }),
      ...(path && { path }),
      extensions: { ...details, code, status, requestId },
    }
  }
}

/** Errors that keep a question from being answered come in one that holds them. */
export function errorsOf(error: unknown): readonly unknown[] {
  if (error instanceof AggregateError) return error.errors
  const { code, errors } = error as { code?: string; errors?: readonly unknown[] }
  return code?.startsWith('MER_ERR_GQL') && Array.isArray(errors) ? errors : [error]
}

function spoken(message: string, suggests: boolean): string {
  return suggests ? message : message.replace(/ Did you mean [^?]*\?/, '')
}
