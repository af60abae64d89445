import type { Carrier } from './carrier.ts'

/** A carrier without vans, to try a shop with: any whose name contains "sandbox". Time alone moves its parcels. */
export function sandboxCarrier(transitSeconds: number, deliverySeconds: number): Carrier {
  return {
    carries: (carrierName) => carrierName.toLowerCase().includes('sandbox'),
    track: async ({ createdAt }, now) => {
      const pickedUp = Date.parse(createdAt) + transitSeconds * 1_000
      const arrived = pickedUp + deliverySeconds * 1_000
      if (now.getTime() < pickedUp) return { status: 'created', askAgainAt: new Date(pickedUp) }
      if (now.getTime() < arrived) return { status: 'in-transit', askAgainAt: new Date(arrived) }
      return { status: 'delivered' }
    },
  }
}
