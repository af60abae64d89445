export interface RecentSpan {
  traceId: string
  spanId: string
  parentId?: string
  name: string
  kind: 'server' | 'client' | 'internal' | 'producer' | 'consumer'
  service: string
  at: string
  durationMs: number
  failed: boolean
  attributes: Readonly<Record<string, string | number | boolean>>
  links: readonly { traceId: string; spanId: string }[]
}
export interface RecentLog {
  at: string
  level: 'debug' | 'info' | 'warn' | 'error'
  service?: string
  traceId?: string
  message: string
  fields: Record<string, unknown>
}
export interface RecentRates {
  operation: string
  at: string
  count: number
  errors: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
}
export interface RecentGauge {
  name: string
  at: string
  value: number
  labels: Record<string, string>
}
