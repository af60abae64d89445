import { keepRecent } from './recent.ts'
import { type Static, Type } from './schema.ts'
import { sampleTraces } from './trace.ts'

/** Settings of traces and metrics. The names that begin with OTEL_ are those of OpenTelemetry. */
export const telemetrySettings = {
  config: Type.Object({
    NODE_ENV: Type.Optional(Type.String()),
    RIALTO_TRACE_SAMPLE: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'Give the part of what shoppers do that is traced, from 0 to 1; it is 1, and in production 0.1.',
      }),
    ),
    OTEL_SDK_DISABLED: Type.Boolean({
      default: false,
      description: 'Give `true` to trace and measure nothing, else `false`.',
    }),
    OTEL_TRACES_SAMPLER: Type.Optional(
      Type.String({
        pattern: '^(?:parentbased_)?(?:always_on|always_off|traceidratio)$',
        description: 'Give always_on, always_off or traceidratio, or one of them after parentbased_.',
      }),
    ),
    OTEL_TRACES_SAMPLER_ARG: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Give the part that is traced, from 0 to 1.' }),
    ),
  }),
}
export type TelemetrySettings = Static<typeof telemetrySettings.config>

/** Begins to trace and measure what this process does. The function returned ends it. */
export function openTelemetry(settings: TelemetrySettings): () => Promise<void> {
  if (settings.OTEL_SDK_DISABLED) return async () => {}
  sampleTraces(ratioOf(settings))
  const forget = keepRecent()
  return async () => {
    sampleTraces(undefined)
    forget()
  }
}

/** The part of new traces that is sampled; what is under way elsewhere keeps to what was decided there. */
export function ratioOf(settings: TelemetrySettings): number {
  const {
    RIALTO_TRACE_SAMPLE: own,
    OTEL_TRACES_SAMPLER: sampler,
    OTEL_TRACES_SAMPLER_ARG: part = 1,
  } = settings
  if (own !== undefined) return own
  if (sampler?.endsWith('always_on')) return 1
  if (sampler?.endsWith('always_off')) return 0
  if (sampler?.endsWith('traceidratio')) return part
  return settings.NODE_ENV === 'production' ? 0.1 : 1
}
