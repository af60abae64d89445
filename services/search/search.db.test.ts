import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { catalog, type Product, productChanged, productRemoved } from '@rialto/catalog/contract'
import { stockChanged } from '@rialto/inventory/contract'
import type { Input } from '@rialto/kit/contract'
import { newId } from '@rialto/kit/id'
import { openWorld, peer, type World } from '@rialto/kit/testing'
import { type Order, orderPlaced } from '@rialto/orders/contract'
import { search } from './contract.ts'
import service from './service.ts'

const shoes = { id: newId('cat'), name: 'Shoes', handle: 'shoes' }
const boots = { id: newId('cat'), name: 'Boots', handle: 'boots' }
const hats = { id: newId('cat'), name: 'Hats', handle: 'hats' }

let created = Date.parse('2026-01-01T00:00:00Z')
let world: World
const made = new Map<string, Product>()

function product(title: string, amount: number, more: Partial<Product> = {}): Product {
  const id = newId('prod')
  created += 1000
  const at = new Date(created).toISOString()
  const variant = {
    id: newId('var'),
    productId: id,
    title: '',
    options: {},
    price: { amount, currency: 'EUR' },
    taxClass: 'standard',
    weightGrams: 1,
    requiresShipping: true,
    position: 1,
  }
  return {
    id,
    handle: title.toLowerCase().replace(/\W+/g, '-'),
    title,
    description: '',
    vendor: 'Norde',
    type: '',
    tags: [],
    status: 'active',
    categories: [],
    options: [],
    attributes: [],
    media: [],
    seo: {},
    variants: [variant],
    createdAt: at,
    updatedAt: at,
    version: 1,
    ...more,
  }
}

const say = (given: Product) =>
  world.hear(productChanged, given, { aggregateId: given.id, aggregateVersion: given.version })
const stock = (of: Product, state: 'in-stock' | 'low' | 'out', version = 1) =>
  world.hear(
    stockChanged,
    { variantId: of.variants[0]?.id ?? '', state, available: 5 },
    { aggregateVersion: version },
  )
const ask = (input: Input<typeof search.searchProducts>) => world.call(search.searchProducts, input)
const titles = async (input: Input<typeof search.searchProducts>) =>
  (await ask(input)).items.map(({ title }) => title)

before(async () => {
  world = await openWorld(service, {
    peers: [peer(catalog.listProducts, () => ({ items: [...made.values()] }))],
  })
  const colour = (value: string, size: string) => [
    { name: 'Colour', value },
    { name: 'Size', value: size },
  ]
  for (const given of [
    product('Juniper Running Shoe', 8900, { categories: [[shoes]], attributes: colour('Red', 'M') }),
    product('Harbour Rain Boot', 6500, { categories: [[shoes, boots]], attributes: colour('Yellow', 'M') }),
    product('Alpine Walking Boot', 14900, { categories: [[shoes, boots]], attributes: colour('Red', 'L') }),
    product('Straw Sun Hat', 2900, {
      categories: [[hats]],
      attributes: colour('Yellow', 'S'),
      description: '<p>Keeps off the rain too</p>',
    }),
    product('Crème Beret', 3500, { categories: [[hats]], attributes: colour('Cream', 'S') }),
  ]) {
    made.set(given.title, given)
    await say(given)
  }
  for (const title of ['Juniper Running Shoe', 'Harbour Rain Boot', 'Straw Sun Hat'])
    await stock(made.get(title) as Product, 'in-stock')
})
after(() => world.close())

const finds: readonly (readonly [string, Input<typeof search.searchProducts>, string[]])[] = [
  [
    'everything, newest first',
    {},
    ['Crème Beret', 'Straw Sun Hat', 'Alpine Walking Boot', 'Harbour Rain Boot', 'Juniper Running Shoe'],
  ],
  ['by a word in another form', { q: 'boots' }, ['Harbour Rain Boot', 'Alpine Walking Boot']],
  ['by the beginning of a word', { q: 'jun' }, ['Juniper Running Shoe']],
  ['without accents', { q: 'creme' }, ['Crème Beret']],
  ['the title before the description', { q: 'rain' }, ['Harbour Rain Boot', 'Straw Sun Hat']],
  ['all words must occur', { q: 'rain hat' }, ['Straw Sun Hat']],
  [
    'nothing dangerous in what is typed',
    { q: "' | & ! :* <-> \\ (" },
    ['Crème Beret', 'Straw Sun Hat', 'Alpine Walking Boot', 'Harbour Rain Boot', 'Juniper Running Shoe'],
  ],
  [
    'by category with all below it',
    { category: 'shoes', sort: 'price-ascending' },
    ['Harbour Rain Boot', 'Juniper Running Shoe', 'Alpine Walking Boot'],
  ],
  ['by an unknown category nothing', { category: 'nowhere' }, []],
  [
    'by one of several values',
    { filters: ['Colour:Red', 'Colour:Cream'], sort: 'price-descending' },
    ['Alpine Walking Boot', 'Juniper Running Shoe', 'Crème Beret'],
  ],
  ['by several names together', { filters: ['Colour:Red', 'Size:M'] }, ['Juniper Running Shoe']],
  [
    'by price',
    { minPrice: 3000, maxPrice: 7000, sort: 'price-ascending' },
    ['Crème Beret', 'Harbour Rain Boot'],
  ],
  [
    'what can be bought',
    { inStock: true, sort: 'price-ascending' },
    ['Straw Sun Hat', 'Harbour Rain Boot', 'Juniper Running Shoe'],
  ],
]
for (const [what, input, expected] of finds)
  test(`finds ${what}`, async () => assert.deepEqual(await titles(input), expected))

test('a facet counts what choosing its other values would add', async () => {
  const { facets, total, priceRange } = await ask({ filters: ['Colour:Red'], category: 'shoes' })
  const values = (name: string) =>
    facets
      .find((facet) => facet.name === name)
      ?.values.map(({ value, count, selected }) => [value, count, selected])
  assert.equal(total, 2)
  assert.deepEqual(values('Colour'), [
    ['Red', 2, true],
    ['Yellow', 1, false],
  ])
  assert.deepEqual(values('Size'), [
    ['L', 1, false],
    ['M', 1, false],
  ])
  assert.deepEqual([priceRange?.min.amount, priceRange?.max.amount], [8900, 14900])
})

test('categories below the chosen one are offered with their counts', async () => {
  const roots = (await ask({})).categories.map(({ name, count }) => [name, count])
  assert.deepEqual(roots, [
    ['Shoes', 3],
    ['Hats', 2],
  ])
  assert.deepEqual(
    (await ask({ category: 'shoes' })).categories.map(({ name, count }) => [name, count]),
    [['Boots', 2]],
  )
})

test('a misspelt word is corrected and the correction told', async () => {
  const result = await ask({ q: 'junipper' })
  assert.deepEqual([result.didYouMean, result.items[0]?.title], ['juniper', 'Juniper Running Shoe'])
  assert.equal((await ask({ q: 'xyzzyqqq' })).total, 0)
})

test('pages show every product once, in every order', async () => {
  for (const sort of [
    'newest',
    'price-ascending',
    'price-descending',
    'best-selling',
    'relevance',
  ] as const) {
    const seen: string[] = []
    let next: string | undefined
    do {
      const page = await ask({ q: sort === 'relevance' ? 'norde' : undefined, sort, limit: 2, after: next })
      seen.push(...page.items.map(({ productId }) => productId))
      next = page.next
    } while (next)
    assert.deepEqual([...seen].sort(), [...made.values()].map(({ id }) => id).sort(), sort)
  }
})

test('stock that is told before the product is not forgotten, and a late note changes nothing', async () => {
  const early = product('Early Bird', 1000)
  await stock(early, 'low', 5)
  await say(early)
  assert.equal((await ask({ q: 'early bird' })).items[0]?.availability, 'low')
  await stock(early, 'in-stock', 4)
  assert.equal((await ask({ q: 'early bird' })).items[0]?.availability, 'low')
  await world.hear(productRemoved, { id: early.id, variantIds: [] }, { aggregateVersion: 2 })
})

test('what is no longer for sale is no longer found, whatever comes late', async () => {
  const drafted = product('Drafted Thing', 1000)
  await say(drafted)
  await say({ ...drafted, status: 'draft', version: 2 })
  await say(drafted)
  assert.deepEqual(await titles({ q: 'drafted' }), [])
  await say({ ...drafted, version: 3 })
  assert.deepEqual(await titles({ q: 'drafted' }), ['Drafted Thing'])
  await world.hear(productRemoved, { id: drafted.id, variantIds: [] }, { aggregateVersion: 4 })
  await say({ ...drafted, version: 3 })
  assert.deepEqual(await titles({ q: 'drafted' }), [])
})

test('an older change does not undo a newer one', async () => {
  const renamed = product('Second Name', 1000, { version: 2 })
  await say(renamed)
  await say({ ...renamed, title: 'First Name', version: 1 })
  assert.deepEqual(await titles({ q: 'name' }), ['Second Name'])
  await world.hear(productRemoved, { id: renamed.id, variantIds: [] }, { aggregateVersion: 3 })
})

test('a product that is published later appears then', async () => {
  const soon = product('Soon Here', 1000, { publishAt: new Date(Date.now() + 60_000).toISOString() })
  await say(soon)
  assert.deepEqual(await titles({ q: 'soon' }), [])
  world.advance(61_000)
  assert.deepEqual(await titles({ q: 'soon' }), ['Soon Here'])
  await world.hear(productRemoved, { id: soon.id, variantIds: [] }, { aggregateVersion: 2 })
})

test('what sells well comes first when asked so', async () => {
  const hat = made.get('Straw Sun Hat') as Product
  const lines = [{ variantId: hat.variants[0]?.id, quantity: 3 }]
  await world.hear(orderPlaced, {
    orderId: 'o',
    checkoutId: 'c',
    cartId: 'k',
    order: { lines } as unknown as Order,
  })
  assert.equal((await titles({ sort: 'best-selling' }))[0], 'Straw Sun Hat')
})

test('suggestions complete the last word', async () => {
  const { items } = await world.call(search.suggest, { q: 'walking bo' })
  assert.deepEqual(
    items.map(({ text }) => text),
    ['Alpine Walking Boot'],
  )
})

test('a rebuild brings back what was lost, and keeps what is newer', async () => {
  const hat = made.get('Straw Sun Hat') as Product
  await say({ ...hat, title: 'Straw Summer Hat', version: 2 })
  await world.database.run`delete from documents where title = 'Crème Beret'`
  await world.call(
    search.rebuildIndex,
    {},
    { as: { kind: 'staff', id: 'staff_1', permissions: ['catalog'] } },
  )
  await world.runJobs()
  assert.deepEqual(await titles({ category: 'hats' }), ['Crème Beret', 'Straw Summer Hat'])
})
