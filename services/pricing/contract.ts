import { contract } from '@rialto/kit/contract'
import { problem } from '@rialto/kit/problem'
import {
  Country,
  Currency,
  Empty,
  entity,
  Id,
  Instant,
  input,
  Link,
  Minor,
  Money,
  Page,
  paging,
  ShopperId,
  type Static,
  TaxClass,
  Text,
  Type,
  Version,
} from '@rialto/kit/schema'
import { waitingRoomOperations } from './waiting-room-operations.ts'
import { waitingRoomChanged } from './waiting-room-schemas.ts'

export { type WaitingRoom, waitingRoom, waitingRoomChanged } from './waiting-room-schemas.ts'

const InMinor = Minor('Minor units of the quote’s currency')

export const Adjustment = entity(
  'Adjustment',
  { promotionId: Id('promo'), label: Type.String(), amount: InMinor },
  'A reduction with its reason; the amount is negative',
)

export const QuoteLine = entity('QuoteLine', {
  variantId: Link('var'),
  quantity: Type.Integer(),
  unitPrice: InMinor,
  compareAtPrice: Type.Optional(InMinor),
  subtotal: Minor('unitPrice × quantity'),
  adjustments: Type.Array(Adjustment),
  taxRate: Type.Number({ description: 'Percent' }),
  taxBase: InMinor,
  tax: InMinor,
  total: Minor('What the shopper pays for the line, tax included'),
})

export const Quote = entity('Quote', {
  currency: Currency,
  pricesIncludeTax: Type.Boolean(),
  lines: Type.Array(QuoteLine),
  delivery: Type.Optional(
    Type.Object({
      price: InMinor,
      adjustments: Type.Array(Adjustment),
      taxRate: Type.Number(),
      taxBase: InMinor,
      tax: InMinor,
      total: InMinor,
    }),
  ),
  coupons: Type.Array(
    Type.Object({ code: Type.String(), applied: Type.Boolean(), reason: Type.Optional(Type.String()) }),
  ),
  hints: Type.Array(Type.String(), { description: 'What is missing for a promotion that nearly applies' }),
  missing: Type.Array(Id('var'), { description: 'Variants without a price; they are not in `lines`' }),
  subtotal: Minor('Sum of the lines’ subtotals'),
  discount: Minor('Sum of all adjustments, negative or zero'),
  deliveryTotal: InMinor,
  tax: Minor('Sum of taxes, contained in the total'),
  total: Minor('Sum of the lines’ and the delivery’s totals'),
})
export type Quote = Static<typeof Quote>

export const QuoteRequest = input({
  currency: Currency,
  lines: Type.Array(input({ variantId: Id('var'), quantity: Type.Integer({ minimum: 1, maximum: 9999 }) }), {
    maxItems: 100,
  }),
  coupons: Type.Optional(Type.Array(Text(50), { maxItems: 10 })),
  country: Type.Optional(Country),
  deliveryPrice: Type.Optional(
    Type.Integer({ minimum: 0, description: 'List price of the chosen delivery, minor units' }),
  ),
  shopperId: Type.Optional(ShopperId),
})
export type QuoteRequest = Static<typeof QuoteRequest>

const promotionFields = {
  label: Text(100),
  coupon: Type.Optional(
    Type.String({
      pattern: '^[A-Z0-9-]{2,50}$',
      description: 'Applies only with this code; without it, to every cart',
    }),
  ),
  action: Type.Union(
    [
      input({ kind: Type.Literal('percent'), percent: Type.Number({ exclusiveMinimum: 0, maximum: 100 }) }),
      input({ kind: Type.Literal('fixed'), amount: Money }),
      input({ kind: Type.Literal('free-delivery') }),
      input({
        kind: Type.Literal('buy-x-get-y'),
        buy: Type.Integer({ minimum: 1, maximum: 100 }),
        get: Type.Integer({ minimum: 1, maximum: 100 }),
      }),
    ],
    { title: 'PromotionAction' },
  ),
  minimumSubtotal: Type.Optional(Money),
  minimumQuantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  productIds: Type.Optional(
    Type.Array(Id('prod'), { maxItems: 1000, description: 'Only lines of these products are reduced' }),
  ),
  categoryIds: Type.Optional(
    Type.Array(Id('cat'), {
      maxItems: 100,
      description: 'Only lines in these categories or below are reduced',
    }),
  ),
  startsAt: Type.Optional(Instant),
  endsAt: Type.Optional(Instant),
  priority: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 1000, description: 'Higher first; 0 by default' }),
  ),
  exclusive: Type.Optional(Type.Boolean({ description: 'Not combined with any other promotion' })),
  usageLimit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
  usageLimitPerShopper: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
}
const { coupon: _, ...changeable } = promotionFields
export const Promotion = entity('Promotion', {
  id: Id('promo'),
  ...promotionFields,
  used: Type.Integer(),
  version: Version,
})
export type Promotion = Static<typeof Promotion>

export const TaxRate = entity('TaxRate', {
  country: Country,
  taxClass: TaxClass,
  percent: Type.Number({ minimum: 0, maximum: 100 }),
  name: Text(100),
})

export const couponUnusable = problem('coupon-unusable', 409, 'The coupon cannot be used', {
  coupon: Type.String(),
})
export const couponTaken = problem('coupon-taken', 409, 'Another promotion has this coupon')

const staff = 'staff:pricing' as const
export const pricing = contract(
  'pricing',
  { version: 1, summary: 'Prices, promotions, coupons and taxes', events: [waitingRoomChanged] },
  {
    quote: {
      method: 'POST',
      path: '/quotes',
      access: ['anyone', 'service'],
      idempotent: 'by-content',
      readOnly: true,
      summary: 'Price lines with promotions, delivery and tax, and explain it',
      body: QuoteRequest,
      reply: { 200: Quote },
    },
    redeemCoupons: {
      method: 'POST',
      path: '/redemptions',
      access: 'service',
      idempotent: 'by-content',
      internal: true,
      summary: 'Count a checkout’s use of coupons; the same checkout counts once',
      body: input({
        checkoutId: Id('chk'),
        codes: Type.Array(Text(50), { maxItems: 10 }),
        shopperId: ShopperId,
      }),
      reply: { 200: Empty },
      problems: [couponUnusable],
    },
    releaseCoupons: {
      method: 'POST',
      path: '/redemptions/release',
      access: 'service',
      idempotent: 'by-content',
      internal: true,
      summary: 'Give back a checkout’s uses of coupons',
      body: input({ checkoutId: Id('chk') }),
      reply: { 200: Empty },
    },
    listPromotions: {
      method: 'GET',
      path: '/promotions',
      access: staff,
      summary: 'List promotions that have not ended, newest first',
      query: Type.Object({
        ...paging,
        coupon: Type.Optional(Type.String({ maxLength: 50, description: 'The one with this code' })),
      }),
      reply: { 200: Page(Promotion) },
    },
    getPromotion: {
      method: 'GET',
      path: '/promotions/:id',
      access: staff,
      summary: 'Read a promotion and how often it was used',
      reply: { 200: Promotion },
    },
    createPromotion: {
      method: 'POST',
      path: '/promotions',
      access: staff,
      summary: 'Create a promotion or coupon',
      body: input(promotionFields),
      reply: { 201: Promotion },
      problems: [couponTaken],
    },
    updatePromotion: {
      method: 'PATCH',
      path: '/promotions/:id',
      access: staff,
      summary: 'Change what a promotion does, when, and how often',
      description: 'Its coupon stays: end the promotion and create another one for another code.',
      body: input({
        ...Type.Partial(Type.Object(changeable)).properties,
      }),
      reply: { 200: Promotion },
    },
    removePromotion: {
      method: 'DELETE',
      path: '/promotions/:id',
      access: staff,
      summary: 'End a promotion',
      reply: { 204: Empty },
    },
    listTaxRates: {
      method: 'GET',
      path: '/tax-rates',
      access: staff,
      summary: 'List tax rates',
      reply: { 200: Type.Object({ items: Type.Array(TaxRate) }) },
    },
    setTaxRate: {
      method: 'PUT',
      path: '/tax-rates',
      access: staff,
      summary: 'Set a rate for a country and tax class',
      body: input(TaxRate.properties),
      reply: { 200: TaxRate },
    },
    ...waitingRoomOperations,
    getShopSettings: {
      method: 'GET',
      path: '/shop',
      access: ['anyone', 'service'],
      summary: 'Read the channel’s currency, countries and tax display',
      reply: {
        200: entity('Shop', {
          name: Type.String(),
          currency: Currency,
          pricesIncludeTax: Type.Boolean(),
          countries: Type.Array(Country),
        }),
      },
      cache: { seconds: 300, tags: ['shop'] },
    },
  },
)
