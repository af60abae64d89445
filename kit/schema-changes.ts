// What of a schema's change breaks those who rely on it. It knows what contracts use of JSON Schema.

export type Schema = Readonly<Record<string, unknown>>

/** `taken`: others send it, and all that they may send has to be taken on. `given`: others read it. */
export type Role = 'taken' | 'given'

/** What breaks, each with its place in plain words; empty when nothing does. */
export function schemaBreaks(was: Schema, is: Schema, role: Role, place = ''): string[] {
  const [narrow, wide] = role === 'taken' ? [was, is] : [is, was]
  if (narrow.anyOf || wide.anyOf) return choiceBreaks(choicesOf(narrow), choicesOf(wide), role, place)
  if (wide.type !== undefined && narrow.type !== wide.type && !isIntegerFor(narrow, wide))
    return [told(place, `was ${typeOf(was)}, is ${typeOf(is)}`)]
  return [
    ...valueBreaks(narrow, wide, role).map((reason) => told(place, reason)),
    ...limitBreaks(was, is, wide).map((reason) => told(place, reason)),
    ...fieldBreaks(was, is, role, place),
    ...(isSchema(wide.items) ? schemaBreaks(itemOf(was), itemOf(is), role, `${place}[]`) : []),
  ]
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Each choice of the one side must have its place on the other; of one that has none, the nearest tells why. */
function choiceBreaks(
  narrow: readonly Schema[],
  wide: readonly Schema[],
  role: Role,
  place: string,
): string[] {
  return narrow.flatMap((choice) => {
    const reasons = wide.map((other) =>
      role === 'taken' ? schemaBreaks(choice, other, role, place) : schemaBreaks(other, choice, role, place),
    )
    return reasons.reduce((best, next) => (next.length < best.length ? next : best))
  })
}

function isIntegerFor(narrow: Schema, wide: Schema): boolean {
  return narrow.type === 'integer' && wide.type === 'number'
}

function valueBreaks(narrow: Schema, wide: Schema, role: Role): string[] {
  const [given, allowed] = [valuesOf(narrow), valuesOf(wide)]
  if (!allowed) return []
  const words = role === 'taken' ? 'no longer takes' : 'may now be'
  if (!given) return [`${words} anything but ${allowed.join(', ')}`]
  const others = given.filter((value) => !allowed.includes(value))
  return others.length > 0 ? [`${words} ${others.join(', ')}`] : []
}

const lower = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']
const upper = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']
const exact = ['pattern', 'format', 'uniqueItems']

function limitBreaks(was: Schema, is: Schema, wide: Schema): string[] {
  const narrow = wide === is ? was : is
  // What is one of a list of values needs no limits.
  if (valuesOf(narrow)) return []
  const beyond = [
    ...lower.filter((key) => !(Number(narrow[key]) >= Number(wide[key]))),
    ...upper.filter((key) => !(Number(narrow[key]) <= Number(wide[key]))),
    ...exact.filter((key) => narrow[key] !== wide[key]),
  ]
  return beyond
    .filter((key) => wide[key] !== undefined)
    .map((key) => `${key} was ${was[key] ?? 'none'}, is ${is[key] ?? 'none'}`)
}

function fieldBreaks(was: Schema, is: Schema, role: Role, place: string): string[] {
  const [before, now] = [fieldsOf(was), fieldsOf(is)]
  const [narrow, wide] = role === 'taken' ? [was, is] : [is, was]
  const under = (name: string) => (place === '' ? name : `${place}.${name}`)
  const gone = [...before.keys()].filter((name) => !now.has(name))
  const loose = [...requiredOf(wide)].filter((name) => !requiredOf(narrow).has(name) && !gone.includes(name))
  const closes = role === 'taken' && isClosed(is) && !isClosed(was)
  return [
    ...(closes ? [told(place, 'refuses unknown fields now')] : []),
    ...gone.map((name) => told(under(name), role === 'taken' ? 'is not taken any more' : 'is gone')),
    ...loose.map((name) => told(under(name), role === 'taken' ? 'is required now' : 'may be missing now')),
    ...[...before].flatMap(([name, schema]) => {
      const present = now.get(name)
      return present ? schemaBreaks(schema, present, role, under(name)) : []
    }),
  ]
}

/** Declared fields, and by their pattern those whose names are data. */
function fieldsOf({ properties, patternProperties }: Schema): Map<string, Schema> {
  return new Map(Object.entries({ ...(properties as Fields), ...(patternProperties as Fields) }))
}

type Fields = Readonly<Record<string, Schema>> | undefined

function itemOf({ items }: Schema): Schema {
  return isSchema(items) ? items : {}
}

function isClosed({ additionalProperties }: Schema): boolean {
  return additionalProperties === false
}

function requiredOf({ required = [] }: Schema): Set<string> {
  return new Set(required as string[])
}

function valuesOf(schema: Schema): unknown[] | undefined {
  return 'const' in schema ? [schema.const] : (schema.enum as unknown[] | undefined)
}

function choicesOf(schema: Schema): readonly Schema[] {
  return (schema.anyOf as Schema[] | undefined) ?? [schema]
}

function typeOf({ type }: Schema): string {
  return String(type ?? 'anything')
}

function told(place: string, reason: string): string {
  return place === '' ? reason : `${place} ${reason}`
}
