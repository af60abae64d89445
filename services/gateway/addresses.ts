import type { Operation } from '@rialto/kit/contract'

/** Which addresses, with their queries, are those of the operations. */
export function addressesOf(prefix: string, operations: readonly Pick<Operation, 'path'>[]): RegExp {
  const paths = operations.map(({ path }) =>
    path
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/?]+' : RegExp.escape(part)))
      .join('/'),
  )
  return new RegExp(`^${RegExp.escape(prefix)}(?:${paths.join('|')})(?:\\?|$)`)
}
