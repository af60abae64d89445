import { isRaw, type Operation, type OperationSpec } from '@rialto/kit/contract'
import fc, { type Arbitrary } from 'fast-check'

// Inputs made from the contracts: whole ones, and whole ones with a single thing broken, which get far inside.

export interface Parts {
  readonly query: Record<string, unknown>
  readonly body: Record<string, unknown>
}

/** Ids of things that are there, by their prefix, such as `prod`. */
export type Known = Readonly<Record<string, string>>

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly examples?: readonly unknown[]
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly uniqueItems?: boolean
}

/** Inputs that the contract allows. */
export function wholeInputs({ query, body }: OperationSpec, known: Known): Arbitrary<Parts> {
  const part = (schema: unknown) => arbitraryOf((schema ?? { type: 'object' }) as Schema, known)
  return fc.record({
    query: part(query),
    body: part(isRaw(body) ? undefined : body),
  }) as Arbitrary<Parts>
}

/** Inputs of which one field is missing, unknown, or of no type that it may have. All of them have to be refused. */
export function brokenInputs(operation: Operation, known: Known): Arbitrary<Parts> {
  const schema = (isRaw(operation.body) ? undefined : operation.body) as Schema | undefined
  const required = schema?.required ?? []
  const breaks: Arbitrary<(parts: Parts) => Parts>[] = [
    fc.constantFrom('unknownField', 'constructor', 'toString').map((name) => inQuery({ [name]: '1' })),
  ]
  if (schema) {
    breaks.push(
      fc.constantFrom('unknownField', 'hasOwnProperty').map((name) => inBody({ [name]: 1 })),
      fc.constantFrom(...Object.keys(schema.properties ?? {}), 'x').map((name) => inBody({ [name]: noType })),
    )
  }
  if (required.length > 0)
    breaks.push(fc.constantFrom(...required).map((name) => inBody({ [name]: undefined })))
  return fc.tuple(wholeInputs(operation, known), fc.oneof(...breaks)).map(([parts, change]) => change(parts))
}

/** Inputs of which one value, however deep, is an extreme of its type. Some of them may be allowed. */
export function extremeInputs(operation: Operation, known: Known): Arbitrary<Parts> {
  return fc
    .tuple(wholeInputs(operation, known), fc.nat(), extremes)
    .map(([parts, at, extreme]) => withExtreme(parts, at, extreme))
}

/** No schema of this shop allows this anywhere. */
const noType = { nothing: [{ of: 'the kind' }] }

const extremes = fc.constantFrom<unknown>(
  ...[-1, 0, 1.5, 2 ** 31, 2 ** 53, 1e15, 1e308, -1e308, null, true, [], {}, [[[[]]]]],
  ...['', ' ', '\0', 'a\0', '\ud800', '\udc00x', 'NaN', '-1', '1e999', '1'.repeat(400), 'x'.repeat(3_000)],
  ...['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-06-30T23:59:60Z', '2026-01-01T00:00:00+23:59'],
  ...[
    "'; drop table orders; --",
    '%',
    '%_\\',
    '\\',
    '{}',
    '__proto__',
    '../../etc/passwd',
    '𝕬'.repeat(300),
    'e\u0301',
  ],
  ...['<script>alert(1)</script>', 'ﷺ'.repeat(200), '\u202e\u0000', 'Infinity', '0x10', '١٢'],
)

function inQuery(more: object) {
  return ({ query, body }: Parts): Parts => ({ query: { ...query, ...more }, body })
}

function inBody(more: object) {
  return ({ query, body }: Parts): Parts => ({ query, body: { ...body, ...more } })
}

function withExtreme(parts: Parts, at: number, extreme: unknown): Parts {
  const copy = structuredClone(parts)
  const places = placesIn(copy.query).concat(placesIn(copy.body))
  const place = places[at % Math.max(1, places.length)]
  if (place) place.holder[place.key] = extreme
  return copy
}

interface Place {
  readonly holder: Record<string, unknown>
  readonly key: string
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])])
}

function arbitraryOf(schema: Schema, known: Known): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => arbitraryOf(one, known)))
  switch (schema.type) {
    case 'object':
      return objectOf(schema, known)
    case 'array':
      return listOf(schema, known)
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 100, 1_000_000) })
    case 'number':
      return fc.constantFrom(5, 7.5)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return textOf(schema, known)
  }
}

function objectOf({ properties = {}, required = [], examples }: Schema, known: Known): Arbitrary<unknown> {
  if (Object.keys(properties).length === 0) return fc.constant(examples?.[0] ?? {})
  const fields = Object.entries(properties).map(([name, field]) => [name, arbitraryOf(field, known)] as const)
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...required], noNullPrototype: true })
}

function listOf({ items = {}, minItems = 0, uniqueItems = false }: Schema, known: Known): Arbitrary<unknown> {
  const range = { minLength: minItems, maxLength: Math.max(minItems, 2) }
  const one = arbitraryOf(items, known)
  return uniqueItems ? fc.uniqueArray(one, range) : fc.array(one, range)
}

function textOf({ pattern, format, examples, minLength = 0, maxLength = 60 }: Schema, known: Known) {
  if (format === 'email') return fc.nat(1_000_000).map((number) => `fuzz-${number}@shop.example`)
  if (format === 'date-time') return fc.constantFrom('2026-03-01T10:00:00Z', '2031-12-31T23:59:59.999Z')
  const prefix = pattern && /^\^([a-z]+)_\[/.exec(pattern)?.[1]
  if (prefix) return fc.constant(known[prefix] ?? `${prefix}_01h455vb4pex5vsknk084sn02q`)
  if (examples) return fc.constantFrom(...examples.map(String))
  if (pattern && pattern !== '\\S') return fc.stringMatching(new RegExp(pattern, 'u'), { size: 'xsmall' })
  return fc
    .string({ unit: 'grapheme-ascii', minLength: Math.max(minLength, 1), maxLength: Math.min(maxLength, 60) })
    .map((text) => (text.trim() === '' ? 'x'.repeat(Math.max(1, minLength)) : text))
}
