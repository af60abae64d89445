import type { CacheTerms } from '@rialto/kit/contract'

/** The tags of one reply: `{id}` is its own, any other name a field of what was asked, with a tag for each of its values. */
export function tagsFor(
  { tags }: CacheTerms,
  asked: Readonly<Record<string, unknown>>,
  answeredId = '',
): string[] {
  return tags.flatMap((tag) => {
    const [, name] = /\{(\w+)\}/.exec(tag) ?? []
    if (name === undefined) return tag
    const values = name === 'id' ? [answeredId] : [asked[name] ?? []].flat()
    return values.map((value) => tag.replace(`{${name}}`, String(value)))
  })
}
