import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checker } from '@rialto/kit/validation'
import fc from 'fast-check'
import { Quote, type QuoteRequest } from './contract.ts'
import type { Offer } from './promotion.ts'
import { type Facts, quote, type VariantPrice } from './quote.ts'

// Carts, promotions and rates of every kind, against the rules that hold for all of them.

const pick = <Value>(...values: Value[]) => fc.constantFrom(...values)
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined })
const id = (prefix: string, index: number) => `${prefix}_${String(index).padStart(26, '0')}`
const euros = (amount: number) => ({ amount, currency: 'EUR' })

const action: fc.Arbitrary<Offer['action']> = fc.oneof(
  fc.record({ kind: pick('percent' as const), percent: pick(0.5, 5, 10, 33.3333, 50, 100) }),
  fc.record({ kind: pick('fixed' as const), amount: fc.integer({ min: 1, max: 50_000 }).map(euros) }),
  fc.record({ kind: pick('free-delivery' as const) }),
  fc.record({
    kind: pick('buy-x-get-y' as const),
    buy: fc.integer({ min: 1, max: 4 }),
    get: fc.integer({ min: 1, max: 4 }),
  }),
)
const offer: fc.Arbitrary<Omit<Offer, 'id'>> = fc.record({
  label: pick('Sale'),
  coupon: pick(undefined, 'A', 'B'),
  action,
  minimumSubtotal: maybe(fc.integer({ min: 0, max: 20_000 }).map(euros)),
  minimumQuantity: maybe(fc.integer({ min: 1, max: 20 })),
  productIds: maybe(fc.subarray([0, 1, 2].map((index) => id('prod', index)))),
  categoryIds: maybe(fc.subarray([0, 1].map((index) => id('cat', index)))),
  priority: fc.integer({ min: 0, max: 3 }),
  exclusive: fc.boolean(),
  used: pick(0),
  usedByShopper: pick(0),
  version: pick(1),
})
const variant = (index: number): fc.Arbitrary<VariantPrice> =>
  fc.record({
    variantId: pick(id('var', index)),
    productId: pick(id('prod', index % 3)),
    categoryIds: fc.subarray([0, 1].map((category) => id('cat', category))),
    price: fc.integer({ min: 0, max: 100_000 }),
    compareAt: pick(null, 200_000),
    currency: pick('EUR'),
    taxClass: pick('standard', 'reduced', 'zero'),
  })
const facts: fc.Arbitrary<Facts> = fc.record({
  prices: fc.tuple(...[0, 1, 2, 3, 4, 5].map(variant)),
  // Codes are unique among promotions.
  offers: fc
    .array(offer, { maxLength: 5 })
    .map((offers) => offers.map((one, index) => ({ ...one, id: id('promo', index) })))
    .map((offers) =>
      offers.filter(
        (one, index) => !one.coupon || offers.findIndex((o) => o.coupon === one.coupon) === index,
      ),
    ),
  rates: pick(new Map([['DE', new Map(Object.entries({ standard: 19, reduced: 7, zero: 0 }))]])),
  pricesIncludeTax: fc.boolean(),
  homeCountry: pick('DE'),
  now: pick(new Date('2026-06-15T12:00:00Z')),
})
const request: fc.Arbitrary<QuoteRequest> = fc.record({
  currency: pick('EUR'),
  // Variant 6 has no price.
  lines: fc.array(
    fc.record({
      variantId: fc.integer({ min: 0, max: 6 }).map((index) => id('var', index)),
      quantity: fc.integer({ min: 1, max: 9_999 }),
    }),
    { maxLength: 12 },
  ),
  coupons: fc.subarray(['A', 'B', 'C']),
  deliveryPrice: maybe(fc.integer({ min: 0, max: 2_000 })),
})
const sum = (amounts: number[]) => amounts.reduce((all, amount) => all + amount, 0)
const holds = (check: (request: QuoteRequest, facts: Facts) => void) =>
  fc.assert(fc.property(request, facts, check), { numRuns: 500 })

test('lines and delivery sum to the totals, reductions and taxes among them', () => {
  holds((asked, known) => {
    const quoted = quote(asked, known)
    const all = [...quoted.lines, ...(quoted.delivery ? [quoted.delivery] : [])]
    assert.equal(quoted.subtotal, sum(quoted.lines.map((line) => line.subtotal)))
    assert.equal(quoted.discount, sum(all.flatMap((item) => item.adjustments.map(({ amount }) => amount))))
    assert.equal(quoted.tax, sum(all.map((item) => item.tax)))
    assert.equal(quoted.total, sum(all.map((item) => item.total)))
    const untaxed = known.pricesIncludeTax ? quoted.total : quoted.total - quoted.tax
    assert.equal(untaxed, quoted.subtotal + (quoted.delivery?.price ?? 0) + quoted.discount)
  })
})

test('tax and base make the total of each line, and the tax is the rate of its base', () => {
  holds((asked, known) => {
    const { lines, delivery } = quote(asked, known)
    for (const { taxBase, tax, total, taxRate } of [...lines, ...(delivery ? [delivery] : [])]) {
      assert.equal(taxBase + tax, total)
      // Half a unit of rounding, in the included price seen through the rate.
      assert.ok(Math.abs(tax - (taxBase * taxRate) / 100) <= 1)
    }
  })
})

test('nothing is ever negative, and every reduction is one', () => {
  holds((asked, known) => {
    const { lines, delivery, total, tax } = quote(asked, known)
    for (const item of [...lines, ...(delivery ? [delivery] : [])]) {
      assert.ok(item.total >= 0 && item.tax >= 0 && item.taxBase >= 0)
      assert.ok(item.adjustments.every(({ amount }) => amount < 0))
    }
    assert.ok(total >= 0 && tax >= 0)
  })
})

test('a fixed reduction takes exactly its amount, or all that is left', () => {
  fc.assert(
    fc.property(request, facts, fc.integer({ min: 1, max: 5_000_000 }), (asked, known, amount) => {
      const offers: Offer[] = [
        {
          id: id('promo', 9),
          label: 'Off',
          action: { kind: 'fixed', amount: euros(amount) },
          used: 0,
          usedByShopper: 0,
          version: 1,
        },
      ]
      const { subtotal, discount } = quote(asked, { ...known, offers })
      assert.equal(discount, 0 - Math.min(amount, subtotal))
    }),
  )
})

test('the same question has the same answer, and the order of lines, promotions and coupons changes no total', () => {
  holds((asked, known) => {
    const quoted = quote(asked, known)
    assert.deepEqual(quote(structuredClone(asked), structuredClone(known)), quoted)
    const turned = quote(
      { ...asked, lines: asked.lines.toReversed(), coupons: asked.coupons?.toReversed() },
      { ...known, prices: known.prices.toReversed(), offers: known.offers.toReversed() },
    )
    for (const total of ['subtotal', 'discount', 'deliveryTotal', 'tax', 'total'] as const) {
      assert.equal(turned[total], quoted[total])
    }
    assert.deepEqual(turned.hints, quoted.hints)
  })
})

test('every line is priced or missing, and every code is answered', () => {
  const demandQuote = checker(Quote)
  holds((asked, known) => {
    const quoted = quote(asked, known)
    demandQuote(quoted)
    assert.equal(
      quoted.lines.length + asked.lines.filter(({ variantId }) => quoted.missing.includes(variantId)).length,
      asked.lines.length,
    )
    assert.deepEqual(
      quoted.coupons.map(({ code }) => code),
      asked.coupons,
    )
  })
})
