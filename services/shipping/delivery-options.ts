import type { DeliveryMethod, DeliveryOption } from './contract.ts'
import { promise } from './promise.ts'

export interface Parcel {
  readonly country: string
  readonly currency: string
  /** What the goods cost, minor units. */
  readonly subtotal: number
  readonly weightGrams: number
  readonly itemCount: number
}

/** The methods that take the parcel to its country, cheapest first. */
export function deliveryOptions(
  parcel: Parcel,
  methods: readonly DeliveryMethod[],
  now: Date,
): DeliveryOption[] {
  return methods
    .filter((method) => takes(method, parcel))
    .map((method) => ({ method, amount: priceOf(method, parcel) }))
    .sort((a, b) => a.amount - b.amount || inShopOrder(a.method, b.method))
    .map(({ method, amount }) => ({
      methodId: method.id,
      name: method.name,
      description: method.description ?? '',
      price: { amount, currency: parcel.currency },
      ...promise(method, now),
    }))
}

/** How staff see the methods, and how equally dear ones are offered. */
export function inShopOrder(a: DeliveryMethod, b: DeliveryMethod): number {
  return (a.position ?? 0) - (b.position ?? 0) || (a.id < b.id ? -1 : 1)
}

function takes(method: DeliveryMethod, parcel: Parcel): boolean {
  const { countries, rate, minWeightGrams, maxWeightGrams } = method
  return (
    countries.includes(parcel.country) &&
    rate.price.currency === parcel.currency &&
    parcel.weightGrams >= (minWeightGrams ?? 0) &&
    parcel.weightGrams <= (maxWeightGrams ?? Number.POSITIVE_INFINITY)
  )
}

function priceOf({ rate, freeFrom }: DeliveryMethod, parcel: Parcel): number {
  if (freeFrom !== undefined && parcel.subtotal >= freeFrom) return 0
  const base = rate.price.amount
  switch (rate.kind) {
    case 'flat':
      return base
    case 'by-weight':
      return base + rate.perKilogram * Math.ceil(parcel.weightGrams / 1000)
    case 'by-item':
      return base + rate.perItem * parcel.itemCount
  }
}
