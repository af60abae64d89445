import { ValueType } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics'
import { type Collected, collect, type Distribution, type Point } from './metrics.ts'

const begun = now()

/** What is counted here, as readers of OpenTelemetry take it. */
export const metricsForReaders: MetricProducer = {
  collect: async () => {
    const endTime = now()
    const collected = (await collect()).filter(({ points }) => points.length > 0)
    return {
      resourceMetrics: {
        resource: resourceFromAttributes({}),
        scopeMetrics: [
          { scope: { name: '@rialto/kit' }, metrics: collected.map((family) => dataOf(family, endTime)) },
        ],
      },
      errors: [],
    }
  },
}

function dataOf({ name, help, type, points }: Collected, endTime: [number, number]): MetricData {
  const common = {
    descriptor: { name, description: help, unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  }
  const plain = <Value>(value: (point: Point) => Value) =>
    points.map((point) => ({
      startTime: begun,
      endTime,
      attributes: { ...point.labels },
      value: value(point),
    }))
  switch (type) {
    case 'counter':
      return {
        ...common,
        dataPointType: DataPointType.SUM,
        isMonotonic: true,
        dataPoints: plain(({ value }) => value as number),
      }
    case 'gauge':
      return {
        ...common,
        dataPointType: DataPointType.GAUGE,
        dataPoints: plain(({ value }) => value as number),
      }
    case 'histogram':
      return {
        ...common,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: plain(({ value }) => histogramOf(value as Distribution)),
      }
  }
}

function histogramOf({ bounds, counts, sum }: Distribution) {
  return {
    buckets: { boundaries: [...bounds], counts: [...counts] },
    sum,
    count: counts.reduce((total, count) => total + count, 0),
  }
}

function now(): [number, number] {
  const ms = Date.now()
  return [Math.floor(ms / 1_000), (ms % 1_000) * 1e6]
}
