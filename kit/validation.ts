import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { TObject, TSchema } from 'typebox'
import { isRaw, type OperationSpec, pathParameters } from './contract.ts'
import { invalidInput } from './problem.ts'

const strict = addFormats.default(new Ajv({ useDefaults: true, allErrors: false, strict: false }))
// Query values arrive as text: `limit=20` is a number, `ids=a` a list of one.
const fromText = addFormats.default(new Ajv({ useDefaults: true, coerceTypes: 'array', strict: false }))

export interface InputParts {
  readonly params: Record<string, unknown>
  readonly query: Record<string, unknown>
  readonly body: unknown
}

export interface InputCheck {
  /** Checks what came over HTTP, part by part, and joins it into one input. */
  readonly parts: (parts: InputParts) => Record<string, unknown>
  /** Checks the joined input of a call inside the process. */
  readonly joined: (input: Record<string, unknown>) => Record<string, unknown>
}

const checks = new WeakMap<OperationSpec, InputCheck>()

/** The checks of an operation, compiled at its first use. They throw `invalid-input`, naming each field. */
export function inputCheck(operation: OperationSpec): InputCheck {
  let check = checks.get(operation)
  if (!check) {
    check = compile(operation)
    checks.set(operation, check)
  }
  return check
}

/** Compiles a check of data against a schema; for events, jobs and settings. */
export function checker(schema: TSchema): (data: unknown) => void {
  const validate = strict.compile(schema)
  return (data) => demand(validate, data)
}

function compile(operation: OperationSpec): InputCheck {
  const query = operation.query && fromText.compile(operation.query)
  const body = operation.body && !isRaw(operation.body) ? strict.compile(operation.body) : undefined
  const joined = strict.compile(joinedSchema(operation))
  return {
    parts: (parts) => {
      if (query) demand(query, parts.query)
      if (body) demand(body, parts.body ?? {})
      if (isRaw(operation.body)) return { ...parts.query, ...parts.params, body: parts.body }
      return { ...parts.query, ...(parts.body as object | undefined), ...parts.params }
    },
    joined: (input) => {
      const copy = { ...input }
      demand(joined, copy)
      return copy
    },
  }
}

function joinedSchema({ path, query, body }: OperationSpec): TSchema {
  const schemas: (TObject | undefined)[] = [query, isRaw(body) ? undefined : body]
  const params = pathParameters(path)
  return {
    type: 'object',
    properties: Object.assign(
      Object.fromEntries(params.map((name) => [name, { type: 'string' }])),
      ...schemas.map((schema) => schema?.properties),
    ),
    required: [...params, ...schemas.flatMap((schema) => (schema?.required as string[] | undefined) ?? [])],
  }
}

function demand(validate: ValidateFunction, data: unknown): void {
  if (validate(data)) return
  const errors = (validate.errors ?? []).slice(0, 20).map(describe)
  const detail = errors.map(({ field, message }) => `${field} ${message}`).join('; ')
  throw invalidInput(detail.slice(0, 1_000), { errors })
}

function describe({ instancePath, keyword, params, message }: ErrorObject): {
  field: string
  message: string
} {
  const path = instancePath.slice(1).replaceAll('/', '.')
  if (keyword === 'required') return { field: join(path, params.missingProperty), message: 'is required' }
  if (keyword === 'additionalProperties') {
    return { field: join(path, params.additionalProperty), message: 'is not a known field' }
  }
  if (keyword === 'enum') return { field: path, message: `must be one of ${params.allowedValues.join(', ')}` }
  return { field: path || 'body', message: message ?? 'is not valid' }
}

function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name
}
