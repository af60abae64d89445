import { cpuSecondsOf } from './processes.ts'
import type { Stage, Work } from './works.ts'

export interface Measured {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** Of the shop and its PostgreSQL, for each operation. */
  readonly cpuMs: number
}

/** Some at once, so that both cores have work, but nobody waits for anybody. */
const shoppers = 2

export async function measureWork(work: Work, stage: Stage, pid: number): Promise<Measured> {
  const act = await work.prepare(stage)
  for (let turn = 0; turn < Math.ceil(work.times / 5); turn++) await act(-1 - turn)
  const times: number[] = []
  const before = cpuSecondsOf(pid)
  let next = 0
  const go = async () => {
    for (let turn = next++; turn < work.times; turn = next++) {
      const began = performance.now()
      await act(turn)
      times.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: shoppers }, go))
  const cpuMs = ((cpuSecondsOf(pid) - before) * 1000) / work.times
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), cpuMs }
}
