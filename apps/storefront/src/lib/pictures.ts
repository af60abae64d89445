const tints = 6

/** Objects on transparent ground stand on a tinted tile; photographs fill it. */
export function isCutout(url: string | undefined): boolean {
  return url?.startsWith('/media/') ?? true
}

/** One of the tile tints, the same each time for the same thing. */
export function tintOf(seed: string): string {
  let sum = 0
  for (const letter of seed) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  return `tint-${sum % tints}`
}
