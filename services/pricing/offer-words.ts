import { dateFormat } from '@rialto/kit/date-format'
import { format } from '@rialto/kit/money'
import type { Promotion } from './contract.ts'
import type { Obstacle } from './promotion.ts'

/** Says to the shopper why the coupon was not taken, and what would help. */
export function refusal(obstacle: Obstacle, currency: string): string {
  switch (obstacle.kind) {
    case 'unknown':
      return 'We do not know this coupon. Check the spelling.'
    case 'not-yet':
      return `This coupon can be used from ${day(obstacle.from)} on.`
    case 'ended':
      return `This coupon ended on ${day(obstacle.at)}.`
    case 'used-up':
      return 'This coupon has been used up.'
    case 'used-by-shopper':
      return obstacle.times === 1
        ? 'You have already used this coupon.'
        : `You have already used this coupon ${obstacle.times} times.`
    case 'other-currency':
      return `This coupon is not for prices in ${obstacle.currency}.`
    case 'nothing-eligible':
      return 'This coupon is not for the items in the cart.'
    case 'subtotal':
    case 'quantity':
      return `${wanted(obstacle, currency)} to use this coupon.`
    case 'not-combinable':
      return `This coupon cannot be combined with “${obstacle.label}”.`
    case 'delivery-free':
      return 'Delivery is free already.'
    case 'nothing-left':
      return 'There is nothing left to reduce.'
  }
}

/** Says how the cart gets a promotion that it nearly has; nothing when it is far from it. */
export function hint(promotion: Promotion, obstacle: Obstacle, currency: string): string | undefined {
  if (obstacle.kind !== 'subtotal' && obstacle.kind !== 'quantity') return undefined
  if (obstacle.missing > obstacle.minimum / 2) return undefined
  const gain = promotion.action.kind === 'free-delivery' ? 'free delivery' : `“${promotion.label}”`
  return `${wanted(obstacle, currency)} for ${gain}`
}

function wanted({ kind, missing }: { kind: 'subtotal' | 'quantity'; missing: number }, currency: string) {
  if (kind === 'subtotal') return `Spend ${format({ amount: missing, currency })} more`
  return missing === 1 ? 'Add 1 more item' : `Add ${missing} more items`
}

const days = dateFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

function day(instant: string): string {
  return days(new Date(instant))
}
