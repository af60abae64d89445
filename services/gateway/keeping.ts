import type { Operation } from '@rialto/kit/contract'

/** How long an answer may be kept, and what drops it before. */
export interface Keeping {
  readonly seconds: number
  readonly tags: readonly string[]
}

/** How the answer of an operation to this input may be kept; undefined where its contract does not say so. */
export function keepingOf(
  { cache }: Pick<Operation, 'cache'>,
  asked: Readonly<Record<string, unknown>>,
  answer: unknown,
): Keeping | undefined {
  const { id } = (answer ?? {}) as { id?: string }
  return cache && { seconds: cache.seconds, tags: cache.tags.flatMap((tag) => filled(tag, { ...asked, id })) }
}

/** One tag, or as many as the field in it has values. */
function filled(tag: string, values: Readonly<Record<string, unknown>>): string[] {
  const [place, name] = /\{(\w+)\}/.exec(tag) ?? []
  if (place === undefined || name === undefined) return [tag]
  return [values[name] ?? ''].flat().map((value) => tag.replace(place, String(value)))
}

/** How something that was made of all these answers may be kept: as the one that may be kept the least. */
export function togetherOf(all: readonly (Keeping | undefined)[]): Keeping | undefined {
  const known = all.filter((one) => one !== undefined)
  if (known.length === 0 || known.length < all.length) return undefined
  return {
    seconds: Math.min(...known.map(({ seconds }) => seconds)),
    tags: [...new Set(known.flatMap(({ tags }) => tags))],
  }
}
