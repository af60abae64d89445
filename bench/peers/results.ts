import { cpus, totalmem } from 'node:os'
import type { Installed, Size } from './platform.ts'
import type { Sample } from './sample.ts'
import type { Turn } from './turn.ts'

/** Everything that was measured, as it is kept in `bench/results/peers.json`. */
export interface Comparison {
  readonly at: string
  readonly machine: Machine
  readonly rounds: number
  readonly seconds: number
  readonly size: Size
  readonly installed: Readonly<Record<string, Installed>>
  readonly bare: Sample
  readonly turns: readonly Turn[]
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
}

export function machineOf(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
  }
}
