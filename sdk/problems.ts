import type { ProblemInfo } from '@rialto/kit/problem'

/** A problem that the shop answered with. */
export class ApiProblem extends Error {
  readonly status: number
  /** Stable code, such as `out-of-stock`; all are listed at /docs/problems. */
  readonly code: string
  /** Everything the problem carries: `errors` names fields, others hold what is left, old and new totals, … */
  readonly details: Record<string, unknown>

  constructor(status: number, body: Record<string, unknown>) {
    super(String(body.detail ?? body.title ?? `HTTP ${status}`))
    this.name = 'ApiProblem'
    this.status = status
    this.code = String(body.code ?? 'unknown')
    this.details = body
  }
}

/** What a problem is raised with, besides its words. */
type Carried<Type> = Type extends (detail: string, ...details: infer Rest) => unknown
  ? Rest extends [infer Details]
    ? Details
    : unknown
  : unknown

/** A problem whose declaration is known, and with it the types of what it carries. */
export interface KnownProblem<Type extends ProblemInfo> extends ApiProblem {
  readonly details: Carried<Type> & Record<string, unknown>
}

/** Tells a problem by its declaration in a contract: `if (isProblem(error, outOfStock)) error.details.lines`. */
export function isProblem<Type extends ProblemInfo>(error: unknown, type: Type): error is KnownProblem<Type> {
  // By its name, as two bundles on one page have two classes.
  return error instanceof Error && error.name === 'ApiProblem' && (error as ApiProblem).code === type.code
}
