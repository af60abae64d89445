import { type Fields, type Refusal, refusalOf } from './problems.ts'

/** The fields of a posted form as text, trimmed; of fields with one name the last. */
export async function readForm(request: Request): Promise<Fields> {
  const form = await request.formData()
  const fields: Record<string, string> = {}
  for (const [name, value] of form) if (typeof value === 'string') fields[name] = value.trim()
  return fields
}

/**
 * Takes a posted form: what `act` answers is where to go next (303, so that a reload repeats nothing); what it
 * throws for the shopper to correct comes back as the refusal to show.
 */
export async function take(
  request: Request,
  act: (fields: Fields) => Promise<string | Refusal>,
): Promise<Response | Refusal | undefined> {
  if (request.method !== 'POST') return undefined
  const fields = await readForm(request)
  try {
    const next = await act(fields)
    return typeof next === 'string' ? seeOther(next) : next
  } catch (error) {
    return refusalOf(error, fields)
  }
}

export function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: localPath(path) ?? '/' } })
}

/** The path when it leads within this shop; `//elsewhere`, `/\elsewhere` and whole addresses do not. */
export function localPath(path: string | null | undefined): string | undefined {
  if (!path?.startsWith('/') || path.length > 2_000) return undefined
  const origin = 'http://shop.invalid'
  const url = URL.canParse(path, origin) ? new URL(path, origin) : undefined
  // The parsed address is used, not the given text: browsers drop tabs and newlines before they read it.
  return url?.origin === origin && !url.pathname.startsWith('//')
    ? url.pathname + url.search + url.hash
    : undefined
}

/** A whole number that was typed, or undefined. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
