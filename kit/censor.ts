/** Fields that may hold secrets or personal data, whatever they belong to. */
const secrets = new Set([
  'password',
  'token',
  'authorization',
  'cookie',
  'number',
  'cvc',
  'email',
  'address',
  'phone',
  'name',
])
const censor = '[redacted]'
/** What stands deeper than this is left out: nobody looks for it in a log. */
const deepest = 5

/** The fields without what may be secret or personal. What needs no change is not copied. */
export function censored(fields: Record<string, unknown>): Record<string, unknown> {
  return censoredAt(fields, 1) as Record<string, unknown>
}

function censoredAt(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > deepest) return '[nested]'
  const isList = Array.isArray(value)
  let copy: Record<string, unknown> | undefined
  for (const [field, given] of Object.entries(value)) {
    const shown = !isList && secrets.has(field) ? censor : censoredAt(given, depth + 1)
    if (shown === given) continue
    copy ??= (isList ? [...value] : { ...value }) as unknown as Record<string, unknown>
    copy[field] = shown
  }
  return copy ?? value
}
