import { createHash, randomBytes } from 'node:crypto'

/** A fresh key. Its beginning tells people, and programs that look for leaks, what it is. */
export function newSecret(): string {
  return `${beginning}${randomBytes(32).toString('base64url')}`
}

export function isKey(token: string): boolean {
  return token.startsWith(beginning)
}

export function prefixOf(secret: string): string {
  return secret.slice(0, beginning.length + 8)
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

const beginning = 'rk_'

/** What a key may do just now: of what it was made for, what its owner still may. */
export function effective(scopes: readonly string[], held: readonly string[]): string[] {
  if (held.includes('*')) return [...scopes]
  if (scopes.includes('*')) return [...held]
  return scopes.filter((scope) => held.includes(scope))
}
