import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { TObject, TSchema } from 'typebox'
import { isRaw, type OperationSpec, pathParameters } from './contract.ts'
import { type FieldError, fieldErrors, fieldName } from './field-error.ts'
import { invalidInput } from './problem.ts'
import { isStorable } from './text.ts'

// `verbose` hands the schema to the error, whose examples then say what is meant.
const common = { useDefaults: true, strict: false, verbose: true, meta: false, validateSchema: false }
const strict = addFormats.default(new Ajv({ ...common, allErrors: false }))
// Query values arrive as text: `limit=20` is a number, `ids=a` a list of one.
const fromText = addFormats.default(new Ajv({ ...common, coerceTypes: 'array' }))

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

/** The checks of an operation, each compiled at its first use. They throw `invalid-input`, naming each field. */
export function inputCheck(operation: OperationSpec): InputCheck {
  let check = checks.get(operation)
  if (!check) {
    check = checksOf(operation)
    checks.set(operation, check)
  }
  return check
}

/** A check of data against a schema, compiled at its first use; for events, jobs and settings. */
export function checker(schema: TSchema, ajv = strict): (data: unknown) => void {
  let validate: ValidateFunction | undefined
  return (data) => {
    validate ??= ajv.compile(schema)
    if (!validate(data)) refuse(fieldErrors(validate.errors ?? []))
  }
}

/** Throws what keeps it from being a schema. */
export function demandSchema(schema: TSchema): void {
  strict.compile(schema)
}

function checksOf(operation: OperationSpec): InputCheck {
  // As in a body, a misspelt field must not be ignored: `?statsu=draft` would answer with everything.
  const query = checker({ type: 'object', ...operation.query, additionalProperties: false }, fromText)
  const body = operation.body && !isRaw(operation.body) ? checker(operation.body) : undefined
  const joined = checker(joinedSchema(operation))
  return {
    parts: (parts) => {
      query(parts.query)
      body?.(parts.body ?? {})
      demandStorable({ ...parts.params, ...parts.query })
      if (body) demandStorable(parts.body)
      if (isRaw(operation.body)) return { ...parts.query, ...parts.params, body: parts.body }
      return { ...parts.query, ...(parts.body as object | undefined), ...parts.params }
    },
    joined: (input) => {
      const copy = { ...input }
      joined(copy)
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

function refuse(errors: FieldError[]): never {
  const detail = errors.map(({ field, message }) => `${field} ${message}`).join('; ')
  throw invalidInput(detail.slice(0, 1_000), { errors })
}

/** Text and numbers that no database takes are refused here, where their field still has a name. */
function demandStorable(value: unknown, path = ''): void {
  if (typeof value === 'string' && !isStorable(value))
    refuse([{ field: path || 'body', message: unstorable }])
  // "Infinity" in a query is a number to JavaScript, and 1e308 an integer, which no column takes.
  if (typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER))
    refuse([{ field: path || 'body', message: outOfRange }])
  if (typeof value !== 'object' || value === null) return
  for (const [name, part] of Object.entries(value)) {
    if (!isStorable(name)) refuse([{ field: path || 'body', message: `has a name that ${unstorable}` }])
    demandStorable(part, fieldName(path, name))
  }
}

const unstorable = 'has a character that cannot be stored: NUL, or half of a surrogate pair'
const outOfRange = `must be a number from -${Number.MAX_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}`
