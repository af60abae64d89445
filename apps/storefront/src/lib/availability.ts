export type Availability = 'in-stock' | 'low' | 'out' | 'gone' | 'unknown'

/** What a shopper reads of a variant's stock. */
export function availabilityWords(state: Availability, available?: number): string {
  if (state === 'in-stock') return 'In stock'
  if (state === 'low') return available === undefined ? 'Only a few left' : `Only ${available} left`
  if (state === 'out') return 'Sold out'
  if (state === 'gone') return 'No longer available'
  return 'Availability is shown at checkout'
}
