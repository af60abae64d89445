/** A statement or part of one, with its values. Parts nest: sql`… ${sql`and status = ${status}`}`. */
export interface Sql {
  readonly strings: TemplateStringsArray
  readonly values: readonly unknown[]
  readonly [fragment]: true
}

const fragment = Symbol('sql')

export function sql(strings: TemplateStringsArray, ...values: unknown[]): Sql {
  return { strings, values, [fragment]: true }
}

/** A statement as the driver takes it. The name makes the server keep its plan. */
export interface Statement {
  readonly name: string
  readonly text: string
  readonly values: unknown[]
}

/** A value for a `jsonb` parameter; without it an array would become a PostgreSQL array. */
export function json(value: unknown): string {
  return JSON.stringify(value)
}

const flat = new WeakMap<TemplateStringsArray, { name: string; text: string }>()
const composed = new Map<string, string>()
const composedLimit = 500
let names = 0

/** Numbers the parameters and names the statement. A template without parts is put together once. */
export function compile(strings: TemplateStringsArray, values: readonly unknown[]): Statement {
  if (!values.some(isSql)) {
    let known = flat.get(strings)
    if (!known) {
      known = { name: `s${++names}`, text: numbered(strings) }
      flat.set(strings, known)
    }
    return { ...known, values: values as unknown[] }
  }
  const parts: string[] = []
  const flattened: unknown[] = []
  append(strings, values, parts, flattened)
  const text = parts.join('')
  return { name: nameOf(text), text, values: flattened }
}

function isSql(value: unknown): value is Sql {
  return typeof value === 'object' && value !== null && fragment in value
}

function numbered(strings: TemplateStringsArray): string {
  return strings.reduce((text, part, index) => (index === 0 ? part : `${text}$${index}${part}`), '')
}

function append(strings: TemplateStringsArray, values: readonly unknown[], parts: string[], out: unknown[]) {
  strings.forEach((part, index) => {
    parts.push(part)
    if (index >= values.length) return
    const value = values[index]
    if (isSql(value)) append(value.strings, value.values, parts, out)
    else parts.push(`$${out.push(value)}`)
  })
}

/** Composed texts are few (one per combination of filters); past the limit they run unnamed, hence unprepared. */
function nameOf(text: string): string {
  const known = composed.get(text)
  if (known !== undefined) return known
  if (composed.size >= composedLimit) return ''
  const name = `c${++names}`
  composed.set(text, name)
  return name
}
