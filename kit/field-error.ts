import type { ErrorObject } from 'ajv'
import type { TObject } from 'typebox'
import { visible } from './schema.ts'

/** What is wrong with one field of a request, in words that name the fix. */
export interface FieldError {
  /** Path of the field, such as `variants.0.price.amount`. */
  readonly field: string
  readonly message: string
}

const errorsLimit = 20

/** Says what Ajv found, field by field. */
export function fieldErrors(errors: readonly ErrorObject[]): FieldError[] {
  return bestGuess(errors).slice(0, errorsLimit).map(describe)
}

export function fieldName(path: string, name: string): string {
  return path ? `${path}.${name}` : name
}

/** Of a value that fits none of several schemas, Ajv tells what is wrong by each of them: one is meant. */
function bestGuess(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const last = errors.at(-1)
  if (last?.keyword !== 'anyOf') return errors
  const branches = last.schema as readonly TObject[]
  const kinds = branches.map(({ properties }) => (properties?.kind as { const?: unknown } | undefined)?.const)
  if (kinds.includes(undefined)) return [errors.find(({ keyword }) => keyword !== 'type') ?? last]
  const chosen = kinds.indexOf((last.data as { kind?: unknown } | null)?.kind)
  const within = errors.filter(({ schemaPath }) => schemaPath.startsWith(`${last.schemaPath}/${chosen}/`))
  if (within.length > 0) return within
  const instancePath = `${last.instancePath}/kind`
  return [{ ...last, instancePath, keyword: 'enum', params: { allowedValues: kinds } }]
}

function describe(error: ErrorObject): FieldError {
  const { instancePath, keyword, params } = error
  const path = instancePath.slice(1).replaceAll('/', '.')
  if (keyword === 'required') {
    return { field: fieldName(path, params.missingProperty), message: 'is required' }
  }
  if (keyword === 'additionalProperties') {
    return { field: fieldName(path, params.additionalProperty), message: 'is not a known field' }
  }
  return { field: path || 'body', message: wordsFor(error) }
}

function wordsFor({ keyword, params, parentSchema, message = 'is not valid' }: ErrorObject): string {
  switch (keyword) {
    case 'enum':
      return `must be one of ${params.allowedValues.join(', ')}`
    case 'minLength':
      return params.limit === 1 ? 'must not be empty' : `must have at least ${params.limit} characters`
    case 'maxLength':
      return `must have at most ${params.limit} characters`
    case 'minItems':
      return params.limit === 1 ? 'must not be empty' : `must have at least ${params.limit} entries`
    case 'maxItems':
      return `must have at most ${params.limit} entries`
    case 'pattern':
      return patternWords(params.pattern, parentSchema?.examples?.[0], message)
    case 'format':
      return formatWords[params.format] ?? message
    default:
      return message
  }
}

function patternWords(pattern: string, example: unknown, message: string): string {
  if (pattern === visible) return 'must not be blank'
  return example === undefined ? message : `must look like ${example}`
}

const formatWords: Record<string, string> = {
  'date-time': 'must be an instant such as 2026-03-01T10:00:00Z',
  email: 'must be an e-mail address such as ada@shop.example',
}
