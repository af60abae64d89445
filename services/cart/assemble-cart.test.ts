import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VariantForSale } from '@rialto/catalog/contract'
import { assembleCart, emptyQuote, parcelOf, quoteRequest } from './assemble-cart.ts'
import { emptyCart, type Item } from './cart.ts'
import { availability, item, option, quote, settings, variant } from './example-shop.ts'

const owner = 'guest_01h455vb4pex5vsknk084sn02r'
const standard = option('ship_1', 499)

interface Scene {
  items?: Item[]
  variants?: VariantForSale[]
  stock?: Record<string, number> | 'away'
  country?: string
  chosen?: string
  options?: (typeof standard)[]
}

const plain: Required<Scene> = {
  items: [item('a', 2)],
  variants: [variant('a')],
  stock: { a: 50 },
  country: 'DE',
  chosen: 'ship_1',
  options: [standard],
}

const table: [
  string,
  Scene,
  { ready: boolean; availability?: string; notice?: string; available?: number },
][] = [
  ['in stock, with a delivery chosen, is ready', {}, { ready: true, availability: 'in-stock' }],
  ['without items is not ready', { items: [] }, { ready: false }],
  ['without a delivery is not ready', { chosen: '' }, { ready: false, availability: 'in-stock' }],
  ['whose delivery is no longer offered is not ready', { options: [] }, { ready: false }],
  [
    'of digital goods needs no delivery',
    { variants: [variant('a', { requiresShipping: false })], chosen: '', options: [], country: '' },
    { ready: true },
  ],
  [
    'with scarce goods is ready and says how many are left',
    { stock: { a: 3 } },
    { ready: true, availability: 'low', available: 3 },
  ],
  [
    'with more than there are says how many are left',
    { stock: { a: 1 } },
    { ready: false, availability: 'low', available: 1, notice: 'Only 1 left' },
  ],
  [
    'with more than there are of plenty says how many are left',
    { items: [item('a', 80)] },
    { ready: false, availability: 'in-stock', available: 50, notice: 'Only 50 left' },
  ],
  [
    'with sold-out goods says so',
    { stock: { a: 0 } },
    { ready: false, availability: 'out', available: 0, notice: 'Sold out' },
  ],
  [
    'with goods that are no longer sold still names them',
    { variants: [] },
    { ready: false, availability: 'gone', notice: 'No longer available' },
  ],
  [
    'is shown while inventory is away',
    { stock: 'away' },
    { ready: false, availability: 'unknown', notice: 'We cannot check the stock just now' },
  ],
  [
    'with goods that became dearer says so',
    { variants: [variant('a', { price: { amount: 1_250, currency: 'EUR' } })] },
    { ready: true, notice: 'The price rose from €10.00 to €12.50' },
  ],
  [
    'with goods that became cheaper just has the new price',
    { variants: [variant('a', { price: { amount: 800, currency: 'EUR' } })] },
    { ready: true },
  ],
]

for (const [what, scene, expected] of table) {
  test(`a cart ${what}`, () => {
    const [shown] = [assemble({ ...plain, ...scene })]
    const line = shown.items[0]
    assert.equal(shown.ready, expected.ready)
    assert.equal(line?.notice, expected.notice)
    assert.equal(line?.available, expected.available)
    if (expected.availability) assert.equal(line?.availability, expected.availability)
    if (line) assert.equal(line.title, 'Umbrella')
  })
}

test('a delivery that is no longer offered is cleared', () => {
  assert.equal(assemble(plain).deliveryMethodId, 'ship_1')
  assert.equal(assemble({ ...plain, options: [option('ship_2', 1)] }).deliveryMethodId, undefined)
})

test('a line without a price in this currency cannot be bought', () => {
  const goods = goodsOf(plain)
  const cart = { ...emptyCart(owner), items: plain.items }
  const shown = assembleCart(cart, { goods, quote: emptyQuote(cart, settings), options: [] })
  assert.equal(shown.items[0]?.availability, 'gone')
})

test('only what is sent makes the parcel, and everything counts for free delivery', () => {
  const items = [item('a', 2), item('b', 3), item('c', 1)]
  const goods = goodsOf({ ...plain, variants: [variant('a'), variant('b', { requiresShipping: false })] })
  const parcel = parcelOf({ ...emptyCart(owner), items }, goods)
  assert.deepEqual(parcel, { subtotal: 5_000, weightGrams: 500, itemCount: 2 })
})

test('what is gone is not priced', () => {
  const cart = { ...emptyCart(owner), items: [item('a', 2), item('gone', 1)] }
  assert.deepEqual(quoteRequest(cart, goodsOf(plain), settings, undefined)?.lines, [
    { variantId: 'a', quantity: 2 },
  ])
})

function goodsOf({ variants, stock }: Required<Scene>) {
  const known = stock === 'away' ? undefined : new Map(Object.entries(stock))
  return {
    asked: new Set<string>(),
    variants: new Map(variants.map((one) => [one.id, one])),
    availability: known && new Map([...known].map(([id, count]) => [id, availability(id, count)])),
  }
}

function assemble(scene: Required<Scene>) {
  const { items, country, chosen, options } = scene
  const cart = {
    ...emptyCart(owner),
    items,
    country: country || null,
    deliveryMethodId: chosen || null,
  }
  const goods = goodsOf(scene)
  const request = quoteRequest(cart, goods, settings, undefined)
  const priced = request ? quote(request, goods.variants) : emptyQuote(cart, settings)
  return assembleCart(cart, { goods, quote: priced, options })
}
