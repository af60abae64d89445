import { Problem } from '@rialto/kit/problem'
import { Type } from '@rialto/kit/schema'

/** Why a checkout failed: the problem as it is stored, to be told again under the same key. */
export interface Failure {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly details: Readonly<Record<string, unknown>>
}

export function failureOf({ code, status, title, message, details }: Problem): Failure {
  return { code, status, title, detail: message, details }
}

export function problemOf({ code, status, title, detail, details }: Failure): Problem {
  return new Problem({ code, status, title, schema: Type.Object({}) }, detail, details)
}

/** Whether nothing was wrong with the request: under its key it may be tried again. */
export function isPassing({ status }: Failure): boolean {
  return status >= 500
}
