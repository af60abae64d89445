import { identity } from '@rialto/identity/contract'
import { contract, describe, event } from '@rialto/kit/contract'
import { problem } from '@rialto/kit/problem'
import {
  Empty,
  entity,
  Id,
  Instant,
  input,
  Link,
  Minor,
  Money,
  oneOf,
  Page,
  paging,
  Type,
} from '@rialto/kit/schema'

// Small contracts that have of everything that the graph knows.

const Size = oneOf(['extra-small', 'large'], { title: 'Size' })
const Variant = entity('Variant', { id: Id('var'), productId: Link('prod'), price: Money, weight: Minor() })
const Product = entity(
  'Product',
  {
    id: Id('prod'),
    title: Type.String(),
    size: Size,
    options: Type.Record(Type.String({ minLength: 1 }), Type.String()),
    parts: Type.Array(Type.Object({ name: Type.Optional(Type.String()) })),
    variants: Type.Array(Variant),
    createdAt: Instant,
  },
  'A thing that is sold',
)
const Item = entity('Item', { variantId: Link('var'), quantity: Type.Integer() })
const Basket = entity('Basket', { whose: Type.String(), items: Type.Array(Item) })
const Availability = entity('Availability', { variantId: Link('var'), available: Type.Integer() })
const Rate = Type.Union([
  input({ kind: Type.Literal('flat'), price: Money }),
  input({ kind: Type.Literal('by-weight'), perKilogram: Minor() }),
])
const ids = (prefix: string) => Type.Array(Id(prefix), { minItems: 1, maxItems: 3 })

export const soldOut = problem('sold-out', 409, 'There is none', { left: Type.Integer() })

const goods = contract(
  'goods',
  { version: 1, summary: 'For tests' },
  {
    getProduct: {
      method: 'GET',
      path: '/products/:id',
      access: ['anyone', 'staff:goods'],
      summary: 'Read a product',
      description: 'By its id or handle.',
      reply: { 200: Product },
      cache: { seconds: 60, tags: ['product:{id}'] },
    },
    listProducts: {
      method: 'GET',
      path: '/products',
      access: 'anyone',
      summary: 'List products',
      query: Type.Object({ ...paging, ids: Type.Optional(ids('prod')), size: Type.Optional(Size) }),
      reply: { 200: Page(Product) },
    },
    getVariants: {
      method: 'GET',
      path: '/variants',
      access: 'anyone',
      summary: 'Read variants',
      query: Type.Object({ ids: ids('var') }),
      reply: { 200: Type.Object({ items: Type.Array(Variant) }) },
    },
    createProduct: {
      method: 'POST',
      path: '/products',
      access: 'staff:goods',
      summary: 'Create a product',
      body: input({
        title: Type.String({ maxLength: 10 }),
        size: Type.Optional(Size),
        options: Type.Optional(Product.properties.options),
        rate: Type.Optional(Rate),
        parentId: Type.Optional(Type.Union([Id('prod'), Type.Null()])),
      }),
      reply: { 201: Product },
    },
    removeProduct: {
      method: 'DELETE',
      path: '/products/:id',
      access: 'staff:goods',
      summary: 'Remove a product',
      reply: { 204: Empty },
      problems: [soldOut],
    },
    takeStock: {
      method: 'GET',
      path: '/stock',
      access: 'service',
      summary: 'For services only',
      reply: { 200: Product },
    },
    tellSecret: {
      method: 'GET',
      path: '/secret',
      access: 'anyone',
      internal: true,
      summary: 'Inside only',
      reply: { 200: Product },
    },
    sendFile: {
      method: 'POST',
      path: '/files',
      access: 'anyone',
      summary: 'Send a file',
      body: { raw: 'text/csv', maxBytes: 10 },
      reply: { 200: Product },
    },
  },
)

export const stockMoved = event('stock.moved', 1, Type.Object({}))

const stock = contract(
  'stock',
  { version: 1, summary: 'For tests' },
  {
    getAvailability: {
      method: 'GET',
      path: '/availability',
      access: 'anyone',
      summary: 'Tell how many are left',
      query: Type.Object({ variantIds: ids('var') }),
      reply: { 200: Type.Object({ items: Type.Array(Availability) }) },
      cache: { seconds: 5, tags: ['stock:{variantIds}'] },
      live: { on: [stockMoved], by: 'variantIds' },
    },
  },
)

const basket = contract(
  'basket',
  { version: 1, summary: 'For tests' },
  {
    getBasket: {
      method: 'GET',
      path: '/basket',
      access: 'shopper',
      summary: 'Read the own basket',
      reply: { 200: Basket },
    },
    addItem: {
      method: 'POST',
      path: '/basket/items',
      access: 'shopper',
      summary: 'Add a variant',
      body: input({ variantId: Id('var'), quantity: Type.Optional(Type.Integer({ maximum: 9 })) }),
      reply: { 200: Basket },
      problems: [soldOut],
    },
    estimate: {
      method: 'POST',
      path: '/estimates',
      access: 'anyone',
      idempotent: 'by-content',
      readOnly: true,
      summary: 'Reckon what a delivery costs',
      body: input({ rate: Rate }),
      reply: { 200: Type.Object({ total: Minor() }) },
    },
  },
)

export const contracts = [goods, stock, basket, identity].map(describe)
