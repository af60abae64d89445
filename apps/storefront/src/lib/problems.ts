import type { ApiProblem } from '@rialto/sdk'

/** What was typed into a form, and why it was not taken; shown together so that nothing is typed twice. */
export interface Refusal {
  readonly typed: Fields
  /** By the name of the field. */
  readonly errors: Readonly<Record<string, string>>
  /** What concerns no single field. */
  readonly message?: string
  readonly code: string
  readonly details: Record<string, unknown>
}

export type Fields = Readonly<Record<string, string>>

/** By its name, as the class that the host throws is not the one in this bundle. */
export function isProblem(error: unknown): error is ApiProblem {
  return error instanceof Error && error.name === 'ApiProblem' && 'status' in error && 'code' in error
}

/** Turns what the shop refused into what the form shows; a fault of ours is thrown on. */
export function refusalOf(error: unknown, typed: Fields): Refusal {
  if (!isProblem(error) || error.status === 500 || error.code === 'unauthenticated') throw error
  const { code, details } = error
  const errors = fieldErrors(details.errors)
  const hasErrors = Object.keys(errors).length > 0
  return { typed, errors, code, details, ...(!hasErrors && { message: error.message }) }
}

export function refuse(typed: Fields, errors: Record<string, string>, message?: string): Refusal {
  return { typed, errors, code: 'invalid-input', details: {}, ...(message !== undefined && { message }) }
}

/** Names all fields at once that are empty; undefined when none is. */
export function missingOf(typed: Fields, names: readonly string[]): Refusal | undefined {
  const missing = names.filter((name) => !typed[name])
  if (missing.length === 0) return undefined
  return refuse(typed, Object.fromEntries(missing.map((name) => [name, 'Please fill this in.'])))
}

/** `address.postalCode must NOT have fewer than 1 characters` is the field `postalCode` and words for people. */
function fieldErrors(errors: unknown): Record<string, string> {
  if (!Array.isArray(errors)) return {}
  return Object.fromEntries(
    errors.map(({ field, message }: { field: string; message: string }) => [
      field.split('.').at(-1) ?? field,
      inWords(message),
    ]),
  )
}

export function inWords(message: string): string {
  const atLeast = /fewer than (\d+) characters/.exec(message)?.[1]
  if (atLeast === '1' || message === 'is required') return 'Please fill this in.'
  if (atLeast) return `Please use at least ${atLeast} characters.`
  const atMost = /more than (\d+) characters/.exec(message)?.[1]
  if (atMost) return `Please use at most ${atMost} characters.`
  if (message.includes('format "email"'))
    return 'Please enter a full e-mail address, such as ada@example.com.'
  if (message.startsWith('must match')) return 'Please check this entry.'
  return /^(?:is|must|has) /.test(message) ? `This ${message}.` : `${message}.`.replace(/\.\.$/, '.')
}

/** Runs a read that a page can do without; undefined while that part of the shop is away. */
export async function unlessAway<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading
  } catch (error) {
    if (isAway(error)) return undefined
    throw error
  }
}

export function isAway(error: unknown): boolean {
  return isProblem(error) && (error.status === 503 || error.status === 504 || error.status === 429)
}
