import { setTimeout as pause } from 'node:timers/promises'
import { type Fault, instanceKilled, others, type Scene } from './faults.ts'
import { forecast } from './forecast.ts'
import { createRandom } from './random.ts'

const killEveryMs = 2_000

export interface Weather {
  /** How often each fault has struck. */
  readonly strikes: ReadonlyMap<string, number>
}

export interface WeatherOptions {
  readonly seed: number
  readonly lengthMs: number
  /** Ends it early. */
  readonly signal: AbortSignal
}

/** Lets the faults of a seed's forecast strike, and resolves when the last of them is over. */
export async function brew(
  scene: Scene,
  { seed, lengthMs, signal }: WeatherOptions,
  faults: readonly Fault[] = others,
): Promise<Weather> {
  const random = createRandom(seed)
  const byName = new Map([instanceKilled, ...faults].map((fault) => [fault.name, fault]))
  const strikes = new Map([...byName.keys()].map((name) => [name, 0]))
  const steady = { name: instanceKilled.name, everyMs: killEveryMs }
  const begun = performance.now()
  const going: Promise<void>[] = []
  for (const { name, atMs, lastsMs } of forecast({ seed, lengthMs, steady, kinds: faults })) {
    await wait(begun + atMs - performance.now(), signal)
    if (signal.aborted) break
    going.push(
      blow(byName.get(name) as Fault, lastsMs).then((struck) => {
        if (struck) strikes.set(name, (strikes.get(name) ?? 0) + 1)
      }),
    )
  }
  await Promise.all(going)
  return { strikes }

  async function blow({ strike }: Fault, lastsMs: number): Promise<boolean> {
    const end = await strike(scene, random)
    if (!end) return false
    await wait(lastsMs, signal)
    await end()
    return true
  }
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  // Who ends it early does not fail.
  await pause(Math.max(0, ms), undefined, { signal }).catch(() => {})
}
