const tints = 6

/** Objects on transparent ground stand on a tinted tile; photographs fill it. */
export function isCutout(url: string | undefined): boolean {
  return url?.startsWith('/media/') ?? true
}

/** One of the tile tints, the same each time for the same thing. */
export function tintOf(seed: string): string {
  // FNV-1a: names that are alike still get different tints.
  let hash = 0x811c9dc5
  for (const letter of seed) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return `tint-${(hash >>> 8) % tints}`
}
