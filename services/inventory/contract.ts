import { contract, event } from '@rialto/kit/contract'
import { problem } from '@rialto/kit/problem'
import {
  Empty,
  entity,
  Id,
  Instant,
  input,
  Link,
  oneOf,
  Page,
  paging,
  type Static,
  Text,
  Type,
  Version,
} from '@rialto/kit/schema'

const AvailabilityState = oneOf(['in-stock', 'low', 'out'], { title: 'AvailabilityState' })

export const Availability = entity('Availability', {
  variantId: Link('var'),
  state: AvailabilityState,
  available: Type.Integer({
    description: 'How many can be bought now; 9,999 when not tracked or backordered',
  }),
})
export type Availability = Static<typeof Availability>

export const Stock = entity('Stock', {
  variantId: Link('var'),
  locationId: Id('loc'),
  tracked: Type.Boolean({ description: 'Untracked variants are always available' }),
  backorder: Type.Boolean({ description: 'May be sold below zero, up to the cap of 9,999' }),
  free: Type.Integer({ description: 'Can be sold' }),
  reserved: Type.Integer({ description: 'Held for running checkouts' }),
  sold: Type.Integer({ description: 'Committed to orders, all time' }),
  received: Type.Integer({
    description: 'All movements in and out by staff, all time: received = free + reserved + sold',
  }),
  lowFrom: Type.Integer({ description: 'At or below this `free` the state is low' }),
  version: Version,
})
export type Stock = Static<typeof Stock>

export const Movement = entity('Movement', {
  id: Id('mov'),
  variantId: Link('var'),
  kind: oneOf(['receive', 'adjust', 'count', 'reserve', 'release', 'commit', 'return']),
  quantity: Type.Integer({ description: 'Signed change of `free`, or for a commit of `sold`' }),
  reason: Type.Optional(Type.String()),
  reference: Type.Optional(Type.String({ description: 'Checkout, order or import it belongs to' })),
  at: Instant,
})
export type Movement = Static<typeof Movement>

const Lines = Type.Array(
  input({ variantId: Id('var'), quantity: Type.Integer({ minimum: 1, maximum: 9999 }) }),
  { minItems: 1, maxItems: 100 },
)

export const outOfStock = problem('out-of-stock', 409, 'Not enough is left', {
  lines: Type.Array(Type.Object({ variantId: Id('var'), wanted: Type.Integer(), available: Type.Integer() })),
})
export const reservationGone = problem('reservation-gone', 409, 'The reservation was released before')

export const stockChanged = event('stock.changed', 1, Availability)
export const stockLow = event('stock.low', 1, Type.Object({ variantId: Id('var'), free: Type.Integer() }))
export const stockBack = event('stock.back', 1, Type.Object({ variantId: Id('var'), free: Type.Integer() }))

const staff = 'staff:inventory' as const
export const inventory = contract(
  'inventory',
  { version: 1, summary: 'Stock, reservations and movements', events: [stockChanged, stockLow, stockBack] },
  {
    getAvailability: {
      method: 'GET',
      path: '/availability',
      access: ['anyone', 'service'],
      summary: 'Tell how many of up to 100 variants can be bought',
      query: Type.Object({ variantIds: Type.Array(Id('var'), { minItems: 1, maxItems: 100 }) }),
      reply: { 200: Type.Object({ items: Type.Array(Availability) }) },
      // Each change of a number that is small enough to be shown is told; the larger ones may be so old.
      cache: { seconds: 5, tags: ['stock:{variantIds}'] },
      live: { on: [stockChanged], by: 'variantIds' },
    },
    reserve: {
      method: 'POST',
      path: '/reservations',
      access: 'service',
      internal: true,
      idempotent: 'by-content',
      summary: 'Hold all lines for a checkout, or none; repeating it changes nothing',
      body: input({ checkoutId: Id('chk'), lines: Lines, expiresAt: Instant }),
      reply: { 200: Empty },
      problems: [outOfStock, reservationGone],
    },
    release: {
      method: 'POST',
      path: '/reservations/release',
      access: 'service',
      internal: true,
      idempotent: 'by-content',
      summary: 'Give back what a checkout holds; also keeps a late reserve from holding it again',
      body: input({ checkoutId: Id('chk') }),
      reply: { 200: Empty },
    },
    takeBack: {
      method: 'POST',
      path: '/reservations/take-back',
      access: 'service',
      internal: true,
      idempotent: false,
      summary:
        'The order is cancelled: what it took, or is to take, can be sold again; repeating it changes nothing',
      body: input({ checkoutId: Id('chk') }),
      reply: { 200: Empty },
    },
    getStock: {
      method: 'GET',
      path: '/stock/:variantId',
      access: [staff, 'service'],
      summary: 'Read a variant’s stock',
      reply: { 200: Stock },
    },
    listStock: {
      method: 'GET',
      path: '/stock',
      access: [staff, 'service'],
      summary: 'List stock',
      query: Type.Object({
        ...paging,
        state: Type.Optional(AvailabilityState),
        variantIds: Type.Optional(
          Type.Array(Id('var'), { minItems: 1, maxItems: 100, description: 'Of these variants only' }),
        ),
      }),
      reply: { 200: Page(Stock) },
    },
    receiveStock: {
      method: 'POST',
      path: '/stock/:variantId/receive',
      access: staff,
      summary: 'Book goods in',
      body: input({
        quantity: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
        reason: Type.Optional(Text(200)),
      }),
      reply: { 200: Stock },
    },
    adjustStock: {
      method: 'POST',
      path: '/stock/:variantId/adjust',
      access: staff,
      summary: 'Correct stock by a difference, with a reason',
      body: input({
        difference: Type.Integer({ minimum: -10_000_000, maximum: 10_000_000 }),
        reason: Text(200),
      }),
      reply: { 200: Stock },
      problems: [outOfStock],
    },
    countStock: {
      method: 'POST',
      path: '/stock/counts',
      access: [staff, 'service'],
      summary: 'Set what is on the shelf after a count, for up to 2,000 variants',
      description:
        'On the shelf is free + reserved. A quantity of null stops tracking the variant. Counting fewer than are reserved leaves 0 free.',
      body: input({
        counts: Type.Array(
          input({
            variantId: Id('var'),
            quantity: Type.Union([Type.Integer({ minimum: 0, maximum: 10_000_000 }), Type.Null()]),
            backorder: Type.Optional(Type.Boolean()),
          }),
          { minItems: 1, maxItems: 2000 },
        ),
        reason: Text(200),
      }),
      reply: { 200: Type.Object({ changed: Type.Integer() }) },
    },
    listMovements: {
      method: 'GET',
      path: '/stock/:variantId/movements',
      access: staff,
      summary: 'List a variant’s movements, newest first',
      query: Type.Object(paging),
      reply: { 200: Page(Movement) },
    },
  },
)
