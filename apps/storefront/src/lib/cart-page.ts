import { type Cart, cart } from '@rialto/cart/contract'
import { wholeNumber } from './forms.ts'
import { type Fields, type Refusal, refuse } from './problems.ts'
import { price } from './words.ts'

/** Does what a form of the cart page asks for; answers where to go next. */
export async function changeCart({ call }: App.Locals, fields: Fields): Promise<string | Refusal> {
  const { variantId = '', code = '', country = '' } = fields
  switch (fields.intent) {
    case 'update': {
      const quantity = wholeNumber(fields.quantity)
      if (quantity === undefined) return refuse(fields, { quantity: 'Please enter a number.' })
      await call(cart.changeItem, { variantId, quantity })
      return '/cart'
    }
    case 'remove':
      await call(cart.removeItem, { variantId })
      return '/cart'
    case 'add-coupon':
      return addCoupon(call, fields)
    case 'remove-coupon':
      await call(cart.removeCoupon, { code })
      return '/cart#coupon'
    case 'country':
      await call(cart.setDelivery, { country })
      return '/cart#delivery'
    default:
      return refuse(fields, {}, 'This form is not known. Please try again.')
  }
}

/** A coupon that does not apply is told beside its field; in the cart it would only be in the way. */
async function addCoupon(call: App.Locals['call'], fields: Fields): Promise<string | Refusal> {
  const { code = '' } = fields
  if (code === '') return refuse(fields, { code: 'Please enter a code.' })
  const { quote } = await call(cart.addCoupon, { code })
  const entered = quote.coupons.find((coupon) => coupon.code === code.toUpperCase())
  if (!entered || entered.applied) return '/cart#coupon'
  await call(cart.removeCoupon, { code: entered.code })
  return refuse(fields, { code: entered.reason ?? 'This coupon does not apply to this cart.' })
}

export interface TotalRow {
  readonly label: string
  readonly amount: string
  readonly kind?: 'less' | 'grand' | 'tax'
}

/** The sums of a cart, each reduction by its name; what is not known yet says so. */
export function totalRows({ quote, deliveryMethodId, items }: Cart): TotalRow[] {
  const { currency } = quote
  const money = (amount: number) => price(amount, currency)
  const rows: TotalRow[] = [{ label: 'Subtotal', amount: money(quote.subtotal) }]
  for (const [label, amount] of discounts(quote)) rows.push({ label, amount: money(amount), kind: 'less' })
  const isSent = items.some(({ requiresShipping }) => requiresShipping)
  if (quote.delivery) {
    rows.push({ label: 'Delivery', amount: quote.deliveryTotal === 0 ? 'Free' : money(quote.deliveryTotal) })
  } else if (isSent && deliveryMethodId === undefined) {
    rows.push({ label: 'Delivery', amount: 'Chosen at checkout' })
  }
  const { tax, total, pricesIncludeTax } = quote
  rows.push({ label: 'Total', amount: money(total), kind: 'grand' })
  if (tax > 0) {
    rows.push({
      label: pricesIncludeTax ? 'Tax included' : 'Tax, part of the total',
      amount: money(tax),
      kind: 'tax',
    })
  }
  return rows
}

/** Sums of the lines' reductions by label; those of the delivery are in its total already. */
function discounts({ lines }: Cart['quote']): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { label, amount } of lines.flatMap(({ adjustments }) => adjustments)) {
    sums.set(label, (sums.get(label) ?? 0) + amount)
  }
  return sums
}
