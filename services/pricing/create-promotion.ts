import { invalidInput } from '@rialto/kit/problem'
import type { WriteHandler } from '@rialto/kit/service'
import { couponTaken, type Promotion, type pricing } from './contract.ts'
import type { Own } from './own.ts'
import { insertPromotion } from './promotion-store.ts'

export const createPromotion: WriteHandler<typeof pricing.createPromotion, Own> = async (
  fields,
  { tx, newId, own },
) => {
  demandSense(fields)
  const promotion: Promotion = {
    id: newId('promo'),
    ...fields,
    ...(fields.startsAt && { startsAt: instant(fields.startsAt) }),
    ...(fields.endsAt && { endsAt: instant(fields.endsAt) }),
    used: 0,
    version: 1,
  }
  const coupon = promotion.coupon
  if (!(await insertPromotion(tx, promotion))) {
    throw couponTaken(
      `Another promotion already has the coupon ${coupon}. End it first, or choose another code.`,
    )
  }
  own.rulebook.changes(tx)
  return promotion
}

/** Throws `invalid-input` where the fields do not go together, or allow fewer uses than there were. */
export function demandSense(fields: Omit<Promotion, 'id' | 'used' | 'version'>, used = 0): void {
  const errors = faults(fields)
  if (fields.usageLimit !== undefined && fields.usageLimit < used) {
    errors.push({ field: 'usageLimit', message: `must be at least ${used}: so often it was used already` })
  }
  if (errors.length === 0) return
  throw invalidInput(errors.map(({ field, message }) => `${field} ${message}`).join('; '), { errors })
}

/** What the schema cannot say: how the fields go together. */
export function faults(fields: Omit<Promotion, 'id' | 'used' | 'version'>) {
  const { action, coupon, startsAt, endsAt, minimumSubtotal } = fields
  const found: { field: string; message: string }[] = []
  const fault = (field: string, message: string) => found.push({ field, message })
  if (action.kind === 'fixed' && action.amount.amount <= 0) fault('action.amount', 'must be more than zero')
  if (minimumSubtotal && minimumSubtotal.amount < 0) fault('minimumSubtotal', 'must not be negative')
  if (action.kind === 'fixed' && minimumSubtotal && minimumSubtotal.currency !== action.amount.currency) {
    fault('minimumSubtotal', 'must have the currency of the reduction')
  }
  if (startsAt && endsAt && Date.parse(endsAt) <= Date.parse(startsAt)) {
    fault('endsAt', 'must be later than startsAt')
  }
  for (const field of ['usageLimit', 'usageLimitPerShopper'] as const) {
    if (coupon === undefined && fields[field] !== undefined) {
      fault(field, 'counts uses of a coupon; give the promotion a coupon')
    }
  }
  return found
}

function instant(text: string): string {
  return new Date(text).toISOString()
}
