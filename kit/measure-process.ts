import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { gauge, measured } from './metrics.ts'

const sliceMs = 10_000

/** Measures this process. The function returned ends that. */
export function measureProcess({ name, version }: { name: string; version: string }): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  let busy = performance.eventLoopUtilization()
  let seen = { at: 0, delays: [] as { quantile: string; seconds: number }[], utilization: 0 }
  // Several may ask: each gets what holds for the last slice.
  const look = () => {
    if (performance.now() - seen.at < sliceMs && seen.at > 0) return seen
    const now = performance.eventLoopUtilization()
    const delays = [50, 99, 100].map((percent) => ({
      quantile: String(percent / 100),
      seconds: Math.max(0, delay.percentile(percent) / 1e9 - 0.02),
    }))
    seen = {
      at: performance.now(),
      delays,
      utilization: performance.eventLoopUtilization(now, busy).utilization,
    }
    busy = now
    delay.reset()
    return seen
  }
  const one = (value: number) => [{ labels: {}, value }]
  const ends = [
    gauge('rialto_event_loop_delay_seconds', 'By how much the process was late lately', ['quantile'], () =>
      look().delays.map(({ quantile, seconds }) => ({ labels: { quantile }, value: seconds })),
    ),
    gauge('rialto_event_loop_utilization', 'The part of the time in which it was busy', [], () =>
      one(look().utilization),
    ),
    gauge('rialto_build_info', 'Which version runs, and what of the shop', ['version', 'parts'], () => [
      { labels: { version, parts: name }, value: 1 },
    ]),
    gauge('process_resident_memory_bytes', 'Memory of the process', [], () => one(process.memoryUsage.rss())),
    gauge('nodejs_heap_size_used_bytes', 'Memory of its objects', [], () =>
      one(process.memoryUsage().heapUsed),
    ),
    gauge('process_start_time_seconds', 'When it began', [], () => one(performance.timeOrigin / 1_000)),
    measured('process_cpu_seconds_total', 'Processor time of the process', [], () => {
      const { user, system } = process.cpuUsage()
      return one((user + system) / 1e6)
    }),
  ]
  return () => {
    delay.disable()
    for (const end of ends) end()
  }
}
