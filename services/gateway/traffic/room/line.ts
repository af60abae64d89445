import { createHmac } from 'node:crypto'

/** A sale that people wait for, in milliseconds of one clock. */
export interface Room {
  readonly id: string
  /** From then on there are places, which are shuffled when it opens. */
  readonly waitsFrom: number
  readonly opensAt: number
  readonly endsAt: number
  /** How many are let in. */
  readonly perMinute: number
  readonly passMs: number
}

/** All that has to be known of a line, however many stand in it. */
export interface Line {
  /** Places given so far. */
  readonly given: number
  /** Of those, the ones that were given before it opened. */
  readonly early: number
  /** So many have been let in; parts of one are those that come next. */
  readonly front: number
  /** When it stood so. */
  readonly at: number
}

export const emptyLine: Line = { given: 0, early: 0, front: 0, at: 0 }

/**
 * The line at a later moment: it goes forward evenly, beginning with the first one as it opens. When nobody waits, nothing is
 * saved up but the admission of the next who comes, so that in any time no more are let in than are said, and one.
 */
export function advance(line: Line, { opensAt, perMinute }: Room, now: number): Line {
  const at = Math.max(line.at, now)
  if (at < opensAt) return { ...line, at }
  const before = line.at < opensAt ? Math.max(1, line.front) : line.front
  const forMs = at - Math.max(line.at, opensAt)
  const front = Math.min(before + (forMs * perMinute) / 60_000, line.given + 1)
  return { ...line, at, front: Math.max(line.front, front) }
}

/** The line with one more in it, and the number of their place. */
export function enter(line: Line, room: Room, now: number): { readonly line: Line; readonly number: number } {
  const present = advance(line, room, now)
  const number = present.given + 1
  const early = present.at < room.opensAt ? number : present.early
  return { line: { ...present, given: number, early }, number }
}

/** How many stand before this place. Before it opens nobody knows. */
export function ahead(number: number, line: Line, { opensAt }: Room, secret: string): number | undefined {
  if (line.at < opensAt) return undefined
  return Math.max(0, positionOf(number, line, secret) - Math.floor(line.front))
}

/** Those who came early are in an order that nobody could foresee, all others in that in which they came. */
export function positionOf(number: number, { early }: Line, secret: string): number {
  return number > early ? number : shuffled(number - 1, early, secret) + 1
}

export function waitMs(ahead: number, { perMinute }: Room): number {
  return Math.ceil((ahead * 60_000) / perMinute)
}

const rounds = 4

/**
 * Where `index` of `size` comes to be: a permutation that follows from the secret, so that no list of places has to be kept.
 * It is a Feistel network over the next power of four, walked until it ends below `size`.
 */
export function shuffled(index: number, size: number, secret: string): number {
  const bits = Math.max(1, Math.ceil(Math.log2(Math.max(2, size)) / 2))
  let place = index
  do place = mixed(place, bits, secret)
  while (place >= size)
  return place
}

function mixed(value: number, bits: number, secret: string): number {
  const half = 2 ** bits
  let left = Math.floor(value / half)
  let right = value % half
  for (let round = 0; round < rounds; round++) {
    const digest = createHmac('sha256', secret).update(`${round} ${right}`).digest()
    const next = (left + (digest.readUInt32BE(0) % half)) % half
    left = right
    right = next
  }
  return left * half + right
}
