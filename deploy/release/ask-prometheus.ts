import type { Fared } from './verdict.ts'

/** Answers a query of Prometheus with one number; undefined where there is nothing to tell. */
export type Ask = (query: string) => Promise<number | undefined>

const timeoutMs = 10_000

export function prometheusAt(url: string): Ask {
  return async (query) => {
    const address = new URL('api/v1/query', url.endsWith('/') ? url : `${url}/`)
    address.searchParams.set('query', query)
    const reply = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) })
    if (!reply.ok) throw new Error(`Prometheus answered ${reply.status} to ${query}`)
    return numberIn(await reply.json())
  }
}

interface Answer {
  readonly data?: { readonly result?: readonly { readonly value?: readonly [number, string] }[] }
}

function numberIn(answer: unknown): number | undefined {
  const value = Number((answer as Answer).data?.result?.[0]?.value?.[1] ?? Number.NaN)
  return Number.isFinite(value) ? value : undefined
}

export type Track = 'canary' | 'stable'

/** How the processes of a service on one track fared in the last `minutes`. */
export async function fared(ask: Ask, service: string, track: Track, minutes: number): Promise<Fared> {
  const { name, all, failed } = seriesOf(service, track)
  const over = (series: string, labels: string) => `sum(increase(${series}{${labels}}[${minutes}m]))`
  const [requests, wrong, p99Seconds] = await Promise.all([
    ask(over(`${name}_count`, all)),
    ask(over(`${name}_count`, failed)),
    ask(`histogram_quantile(0.99, sum by (le) (rate(${name}_bucket{${all}}[${minutes}m])))`),
  ])
  const count = Math.round(requests ?? 0)
  return { requests: count, failed: count > 0 ? (wrong ?? 0) / count : 0, p99Seconds }
}

/** As docs/telemetry.md has them. The track is a label of the pod, which the chart's ServiceMonitor passes on. */
function seriesOf(service: string, track: Track) {
  if (service === 'gateway') {
    const all = `rialto_track="${track}"`
    return { name: 'rialto_http_request_duration_seconds', all, failed: `${all},status="5xx"` }
  }
  const all = `service="${service}",rialto_track="${track}"`
  return { name: 'rialto_operation_duration_seconds', all, failed: `${all},outcome="failed"` }
}
