import type { Gauge } from '@rialto/kit/service'
import { countOut } from './stock-store.ts'

export const stockGauges: readonly Gauge[] = [
  {
    name: 'rialto_variants_out_of_stock',
    help: 'Variants that cannot be sold as none is free',
    labels: [],
    everyMs: 60_000,
    read: async ({ database }) => [{ labels: {}, value: await countOut(database) }],
  },
]
