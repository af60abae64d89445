import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QuoteRequest } from './contract.ts'
import type { Offer } from './promotion.ts'
import { type Facts, quote, type VariantPrice } from './quote.ts'

const now = new Date('2026-06-15T12:00:00Z')
const price = (variantId: string, amount: number, more: Partial<VariantPrice> = {}): VariantPrice => ({
  variantId,
  productId: `prod_${variantId}`,
  categoryIds: [],
  price: amount,
  compareAt: null,
  currency: 'EUR',
  taxClass: 'standard',
  ...more,
})
const offer = (id: string, action: Offer['action'], more: Partial<Offer> = {}): Offer => ({
  id,
  label: id,
  action,
  used: 0,
  usedByShopper: 0,
  version: 1,
  ...more,
})
const percent = (value: number) => ({ kind: 'percent', percent: value }) as const
const fixed = (amount: number, currency = 'EUR') => ({ kind: 'fixed', amount: { amount, currency } }) as const
const freeDelivery = { kind: 'free-delivery' } as const
const rates = new Map([
  ['DE', new Map(Object.entries({ standard: 19, reduced: 7, zero: 0 }))],
  ['CH', new Map(Object.entries({ standard: 8.1 }))],
])

function ask(
  lines: Record<string, number>,
  { offers = [], ...facts }: Partial<Facts> & { offers?: Offer[] } = {},
  request: Partial<QuoteRequest> = {},
) {
  const prices = [price('tea', 1000), price('cup', 2500, { compareAt: 3000 }), price('book', 1070)]
  return quote(
    {
      currency: 'EUR',
      lines: Object.entries(lines).map(([variantId, quantity]) => ({ variantId, quantity })),
      ...request,
    },
    { prices, offers, rates, pricesIncludeTax: true, homeCountry: 'DE', now, ...facts },
  )
}
const adjusted = (quoted: ReturnType<typeof ask>) =>
  quoted.lines.map((line) => line.adjustments.map(({ amount }) => amount))

test('a line is the price times the quantity, with the tax it contains', () => {
  const { lines, total, tax, subtotal } = ask({ tea: 3, cup: 1 })
  assert.deepEqual(lines[0], {
    variantId: 'tea',
    quantity: 3,
    unitPrice: 1000,
    subtotal: 3000,
    adjustments: [],
    taxRate: 19,
    taxBase: 2521,
    tax: 479,
    total: 3000,
  })
  assert.equal(lines[1]?.compareAtPrice, 3000)
  assert.deepEqual([subtotal, tax, total], [5500, 479 + 399, 5500])
})

test('where prices are without tax it is added', () => {
  const quoted = ask({ tea: 1 }, { pricesIncludeTax: false }, { deliveryPrice: 500 })
  assert.deepEqual([quoted.subtotal, quoted.tax, quoted.deliveryTotal, quoted.total], [1000, 285, 595, 1785])
})

test('the rate is that of the country and the class; without a country that of the home', () => {
  const prices = [price('book', 1070, { taxClass: 'reduced' })]
  assert.equal(ask({ book: 1 }, { prices }).tax, 70)
  assert.equal(ask({ book: 1 }, { prices }, { country: 'CH' }).lines[0]?.taxRate, 8.1)
  assert.equal(ask({ book: 1 }, { prices }, { country: 'JP' }).tax, 0)
})

test('a variant without a price in the currency is missing and not charged', () => {
  const quoted = ask({ tea: 1, unknown: 2 })
  assert.deepEqual([quoted.missing, quoted.total], [['unknown'], 1000])
  assert.deepEqual(ask({ tea: 1 }, {}, { currency: 'USD' }).missing, ['tea'])
})

test('a fixed amount is spread over the lines exactly and takes no more than there is', () => {
  const spread = ask({ tea: 1, cup: 1 }, { offers: [offer('ten', fixed(1001))] })
  assert.deepEqual(adjusted(spread), [[-286], [-715]])
  assert.equal(spread.total, 2499)
  const all = ask({ tea: 1 }, { offers: [offer('much', fixed(5000))] })
  assert.deepEqual([all.discount, all.total, all.tax], [-1000, 0, 0])
})

test('promotions follow each other by priority, each from what is left', () => {
  const offers = [offer('late', percent(50)), offer('early', fixed(200), { priority: 5 })]
  const { lines, discount } = ask({ tea: 1 }, { offers })
  assert.deepEqual(
    lines[0]?.adjustments.map(({ label, amount }) => [label, amount]),
    [
      ['early', -200],
      ['late', -400],
    ],
  )
  assert.equal(discount, -600)
})

test('an exclusive promotion keeps all others out, and yields to one before it', () => {
  const half = offer('half', percent(50), { exclusive: true })
  const coupon = offer('extra', percent(10), { coupon: 'EXTRA' })
  const request = { coupons: ['extra'] }
  const first = ask({ tea: 1 }, { offers: [{ ...half, priority: 1 }, coupon] }, request)
  assert.equal(first.discount, -500)
  assert.deepEqual(first.coupons, [
    { code: 'EXTRA', applied: false, reason: 'This coupon cannot be combined with “half”.' },
  ])
  const second = ask({ tea: 1 }, { offers: [half, { ...coupon, priority: 1 }] }, request)
  assert.equal(second.discount, -100)
})

test('only lines of the named products and categories are reduced', () => {
  const prices = [price('tea', 1000, { categoryIds: ['drinks', 'food'] }), price('cup', 2500)]
  const byCategory = offer('food', percent(10), { categoryIds: ['food'] })
  assert.deepEqual(adjusted(ask({ tea: 1, cup: 1 }, { prices, offers: [byCategory] })), [[-100], []])
  const byProduct = offer('cups', percent(10), { productIds: ['prod_cup'] })
  assert.deepEqual(adjusted(ask({ tea: 1, cup: 1 }, { prices, offers: [byProduct] })), [[], [-250]])
})

test('buy two, get one: the cheapest are free', () => {
  const offers = [offer('3 for 2', { kind: 'buy-x-get-y', buy: 2, get: 1 })]
  assert.deepEqual(adjusted(ask({ tea: 1, cup: 2 }, { offers })), [[-1000], []])
  assert.deepEqual(adjusted(ask({ tea: 1, cup: 5 }, { offers })), [[-1000], [-2500]])
  assert.equal(ask({ cup: 2 }, { offers }).discount, 0)
  const pairs = [offer('2+2', { kind: 'buy-x-get-y', buy: 2, get: 2 })]
  assert.equal(ask({ tea: 3 }, { offers: pairs }).discount, -1000)
})

test('free delivery from a subtotal on; before it the cart says what is missing', () => {
  const offers = [offer('Free', freeDelivery, { minimumSubtotal: { amount: 3200, currency: 'EUR' } })]
  const short = ask({ tea: 2 }, { offers }, { deliveryPrice: 490 })
  assert.deepEqual([short.hints, short.deliveryTotal], [['Spend €12.00 more for free delivery'], 490])
  const reached = ask({ tea: 4 }, { offers }, { deliveryPrice: 490 })
  assert.deepEqual([reached.hints, reached.deliveryTotal, reached.discount], [[], 0, -490])
  assert.deepEqual(ask({ tea: 1 }, { offers }).hints, [])
})

test('a missing item for an offer is hinted at', () => {
  const offers = [offer('3 for 2', { kind: 'buy-x-get-y', buy: 2, get: 1 })]
  assert.deepEqual(ask({ tea: 2 }, { offers }).hints, ['Add 1 more item for “3 for 2”'])
})

test('each entered coupon is answered with what became of it', () => {
  const instant = (day: string) => `${day}T00:00:00.000Z`
  const offers = [
    offer('ok', percent(10), { coupon: 'OK' }),
    offer('old', percent(10), { coupon: 'OLD', endsAt: instant('2026-03-01') }),
    offer('soon', percent(10), { coupon: 'SOON', startsAt: instant('2026-07-01') }),
    offer('gone', percent(10), { coupon: 'GONE', usageLimit: 5, used: 5 }),
    offer('mine', percent(10), { coupon: 'MINE', usageLimitPerShopper: 1, usedByShopper: 1 }),
    offer('big', percent(10), { coupon: 'BIG', minimumSubtotal: { amount: 5000, currency: 'EUR' } }),
    offer('many', percent(10), { coupon: 'MANY', minimumQuantity: 3 }),
    offer('usd', fixed(100, 'USD'), { coupon: 'USD' }),
    offer('shoes', percent(10), { coupon: 'SHOES', categoryIds: ['shoes'] }),
    offer('all', percent(100), { coupon: 'ALL', priority: -1 }),
    offer('more', percent(10), { coupon: 'MORE', priority: -2 }),
  ]
  const codes = [
    'ok ',
    'OLD',
    'SOON',
    'GONE',
    'MINE',
    'BIG',
    'MANY',
    'USD',
    'SHOES',
    'ALL',
    'MORE',
    'NO',
    'Ok',
  ]
  const { coupons } = ask({ tea: 1 }, { offers }, { coupons: codes })
  assert.deepEqual(
    coupons.map(({ code, reason }) => [code, reason]),
    [
      ['OK', undefined],
      ['OLD', 'This coupon ended on 1 March 2026.'],
      ['SOON', 'This coupon can be used from 1 July 2026 on.'],
      ['GONE', 'This coupon has been used up.'],
      ['MINE', 'You have already used this coupon.'],
      ['BIG', 'Spend €40.00 more to use this coupon.'],
      ['MANY', 'Add 2 more items to use this coupon.'],
      ['USD', 'This coupon is not for prices in EUR.'],
      ['SHOES', 'This coupon is not for the items in the cart.'],
      ['ALL', undefined],
      ['MORE', 'There is nothing left to reduce.'],
      ['NO', 'We do not know this coupon. Check the spelling.'],
    ],
  )
})

test('a coupon that was not entered reduces nothing', () => {
  assert.equal(ask({ tea: 1 }, { offers: [offer('ok', percent(10), { coupon: 'OK' })] }).discount, 0)
})

test('a free-delivery coupon is not spent where delivery is free already', () => {
  const offers = [offer('free', freeDelivery, { coupon: 'FREE' })]
  const { coupons } = ask({ tea: 1 }, { offers }, { coupons: ['FREE'], deliveryPrice: 0 })
  assert.deepEqual(coupons, [{ code: 'FREE', applied: false, reason: 'Delivery is free already.' }])
  assert.equal(ask({ tea: 1 }, { offers }, { coupons: ['FREE'] }).coupons[0]?.applied, true)
})
