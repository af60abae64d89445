import { readFileSync } from 'node:fs'
import type { Cost } from './tally.ts'

/** What an operation may cost, and why it is that much. */
export interface Allowed extends Cost {
  readonly because: string
}

export type Budget = Readonly<Record<string, Allowed>>

const file = new URL('../../bench/budget.json', import.meta.url)

export function readBudget(): Budget {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Costs that differ a little each time; what rises, rises by more. */
const slacks: Partial<Record<keyof Cost, number>> = {
  // Answers carry times and ids of other lengths each time.
  bytes: 1.05,
  // Compiled code makes fewer objects, and on a busy machine it is compiled later. A checkout's answer comes while what
  // follows from it may have begun.
  allocatedKiB: 1.5,
}
const kinds = ['statements', 'roundTrips', 'commits', 'calls', 'bytes', 'allocatedKiB'] as const

/** What costs more than it may, in words. */
export function risesOf(allowed: Allowed | undefined, cost: Cost): string[] {
  if (!allowed) return [`It has no budget yet. It costs ${JSON.stringify(cost)}.`]
  return kinds.flatMap((kind) => {
    const limit = allowed[kind] * (slacks[kind] ?? 1)
    return cost[kind] > limit
      ? [`${kind} rose from ${allowed[kind]} to ${cost[kind]} (+${cost[kind] - allowed[kind]})`]
      : []
  })
}
