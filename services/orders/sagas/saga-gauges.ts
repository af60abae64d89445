import type { Gauge } from '@rialto/kit/service'
import { countSagas } from './saga-count-store.ts'

const labels = ['saga', 'state'] as const

export const sagaGauges: readonly Gauge[] = [
  {
    name: 'rialto_sagas',
    help: 'Checkouts, cancellations and refunds under way, by the step they stand at',
    labels,
    read: async ({ database, now }) =>
      (await countSagas(database, now())).map(({ saga, state, count }) => ({
        labels: { saga, state },
        value: count,
      })),
  },
  {
    name: 'rialto_saga_age_seconds',
    help: 'For how long the oldest of them has stood there',
    labels,
    read: async ({ database, now }) =>
      (await countSagas(database, now())).map(({ saga, state, ageSeconds }) => ({
        labels: { saga, state },
        value: ageSeconds,
      })),
  },
]
