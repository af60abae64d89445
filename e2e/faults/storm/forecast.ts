import { createRandom } from './random.ts'

/** A kind of fault, as far as it matters for when it strikes. */
export interface Kind {
  readonly name: string
  /** Faults of one family need so much time between them, so that what they strike can stand up again. */
  readonly family?: { readonly name: string; readonly restMs: number }
}

/** A fault that is to begin at a time after the storm has begun, and to last for some time. */
export interface Strike {
  readonly name: string
  readonly atMs: number
  readonly lastsMs: number
}

export interface ForecastOptions {
  readonly seed: number
  readonly lengthMs: number
  /** Strikes at regular intervals. */
  readonly steady: { readonly name: string; readonly everyMs: number }
  /** Strike in between, all of them equally often. */
  readonly kinds: readonly Kind[]
}

const shortestGapMs = 1_500
const longestGapMs = 3_500
const shortestMs = 300
/** Longer than the shortest gap, so that some overlap. */
const longestMs = 3_000

/** When which fault strikes: the same storm for the same seed. */
export function forecast({ seed, lengthMs, steady, kinds }: ForecastOptions): Strike[] {
  const random = createRandom(seed)
  const regular: Strike[] = []
  for (let atMs = steady.everyMs; atMs < lengthMs; atMs += steady.everyMs)
    regular.push({ name: steady.name, atMs, lastsMs: 0 })
  const others: Strike[] = []
  const restedAt = new Map<string, number>()
  let bag: Kind[] = []
  for (let atMs = shortestGapMs; ; atMs += random.between(shortestGapMs, longestGapMs)) {
    const lastsMs = random.between(shortestMs, longestMs)
    if (atMs + lastsMs > lengthMs) break
    if (bag.length === 0) bag = random.shuffled(kinds)
    const isRested = ({ family }: Kind) => !family || (restedAt.get(family.name) ?? 0) <= atMs
    const kind = bag.find(isRested)
    if (!kind) continue
    bag = bag.filter((other) => other !== kind)
    if (kind.family) restedAt.set(kind.family.name, atMs + kind.family.restMs)
    others.push({ name: kind.name, atMs, lastsMs })
  }
  return [...regular, ...others].sort((one, other) => one.atMs - other.atMs)
}
