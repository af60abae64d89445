import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Product, productChanged } from '@rialto/catalog/contract'
import { stockChanged } from '@rialto/inventory/contract'
import type { Input } from '@rialto/kit/contract'
import { newId } from '@rialto/kit/id'
import { Problem } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import fc from 'fast-check'
import { search } from './contract.ts'
import service from './service.ts'
import { attributes, product } from './testing.ts'

const shoes = { id: newId('cat'), name: 'Shoes', handle: 'shoes' }
const boots = { id: newId('cat'), name: 'Boots', handle: 'boots' }
const hats = { id: newId('cat'), name: 'Hats', handle: 'hats' }
const colour = (value: string, size: string) => attributes({ Colour: value, Size: size })

const goods: readonly Product[] = [
  product('Juniper Running Shoe', 8900, { categories: [[shoes]], attributes: colour('Red', 'M') }),
  product('Harbour Rain Boot', 6500, {
    categories: [[shoes, boots]],
    attributes: colour('Yellow', 'M'),
    vendor: 'Gale',
    tags: ['trench-coat'],
  }),
  product('Alpine Walking Boot', 14900, { categories: [[shoes, boots]], attributes: colour('Red', 'L') }),
  product('Straw Sun Hat', 2900, {
    categories: [[hats]],
    attributes: colour('Yellow', 'S'),
    description: '<p>Keeps off the rain too</p>',
    tags: ['HAT-77-1'],
  }),
  product('Crème Beret', 3500, {
    categories: [[hats]],
    attributes: colour('Cream', 'S'),
    tags: ['formal', 'HAT-7715-2'],
  }),
]

let world: World
before(async () => {
  world = await openWorld(service)
  for (const given of goods) {
    await world.hear(productChanged, given, { aggregateId: given.id, aggregateVersion: 1 })
    const sold = ['Alpine Walking Boot', 'Crème Beret'].includes(given.title)
    const stock = { variantId: given.variants[0]?.id ?? '', state: 'in-stock', available: 9 } as const
    if (!sold) await world.hear(stockChanged, stock)
  }
})
after(() => world.close())

type Asked = Input<typeof search.searchProducts>
const ask = (input: Asked) => world.call(search.searchProducts, input)
const titles = async (input: Asked) => (await ask(input)).items.map(({ title }) => title)
const newestFirst = goods.map(({ title }) => title).reverse()

const finds: readonly (readonly [string, Asked, string[]])[] = [
  ['everything, newest first', {}, newestFirst],
  ['by a word in another form', { q: 'boots' }, ['Harbour Rain Boot', 'Alpine Walking Boot']],
  ['by the beginning of a word', { q: 'jun' }, ['Juniper Running Shoe']],
  ['by the beginning of a word that has a stem', { q: 'runni' }, ['Juniper Running Shoe']],
  ['by a finished word and the beginning of another', { q: 'harbour ra' }, ['Harbour Rain Boot']],
  ['by a finished word and a letter', { q: 'harbour r' }, ['Harbour Rain Boot']],
  ['by a word that says nothing and a letter', { q: 'the j' }, ['Juniper Running Shoe']],
  ['by a number with hyphens', { q: 'hat-77-1' }, ['Straw Sun Hat']],
  ['by a number with hyphens that is not finished', { q: 'hat-771' }, ['Crème Beret']],
  ['by a word with a hyphen that is not finished', { q: 'trench-c' }, ['Harbour Rain Boot']],
  ['without accents', { q: 'creme' }, ['Crème Beret']],
  ['with accents that are not there', { q: 'jünïper' }, ['Juniper Running Shoe']],
  ['the title before the description', { q: 'rain' }, ['Harbour Rain Boot', 'Straw Sun Hat']],
  ['what can be bought before what is sold out', { q: 'boot' }, ['Harbour Rain Boot', 'Alpine Walking Boot']],
  ['all words, wherever they are', { q: 'rain hat' }, ['Straw Sun Hat']],
  ['a phrase as it stands', { q: '"walking boot"' }, ['Alpine Walking Boot']],
  ['without an excluded word', { q: 'boot -rain' }, ['Alpine Walking Boot']],
  ['by vendor', { q: 'gale' }, ['Harbour Rain Boot']],
  ['by tag', { q: 'formal' }, ['Crème Beret']],
  ['by attribute', { q: 'cream' }, ['Crème Beret']],
  ['although a last word says nothing', { q: 'boots for', inStock: true }, ['Harbour Rain Boot']],
  ['everything when nothing is typed but signs', { q: "' | & ! :* <-> \\ (" }, newestFirst],
  [
    'by category with all below it',
    { category: 'shoes', sort: 'price-ascending' },
    ['Harbour Rain Boot', 'Juniper Running Shoe', 'Alpine Walking Boot'],
  ],
  ['by the id of a category', { category: hats.id }, ['Crème Beret', 'Straw Sun Hat']],
  ['by an unknown category nothing', { category: 'nowhere' }, []],
  [
    'by one of several values',
    { filters: ['Colour:Red', 'Colour:Cream'], sort: 'price-descending' },
    ['Alpine Walking Boot', 'Juniper Running Shoe', 'Crème Beret'],
  ],
  ['by several names together', { filters: ['Colour:Red', 'Size:M'] }, ['Juniper Running Shoe']],
  ['by brand', { filters: ['Brand:Gale'] }, ['Harbour Rain Boot']],
  [
    'by price',
    { minPrice: 3500, maxPrice: 6500, sort: 'price-ascending' },
    ['Crème Beret', 'Harbour Rain Boot'],
  ],
  [
    'what can be bought',
    { inStock: true, sort: 'price-ascending' },
    ['Straw Sun Hat', 'Harbour Rain Boot', 'Juniper Running Shoe'],
  ],
]
for (const [what, input, expected] of finds) {
  test(`finds ${what}`, async () => assert.deepEqual(await titles(input), expected))
}

test('a facet counts what choosing its other values would add', async () => {
  const { facets, total } = await ask({ filters: ['Colour:Red'], category: 'shoes' })
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
})

test('of two chosen facets each counts under the other one', async () => {
  const { facets, total } = await ask({ filters: ['Colour:Red', 'Size:S'] })
  assert.equal(total, 0)
  const counts = facets.map(({ name, values }) => [name, values.map(({ value, count }) => [value, count])])
  assert.deepEqual(Object.fromEntries(counts), {
    Colour: [
      ['Cream', 1],
      ['Yellow', 1],
      ['Red', 0],
    ],
    Size: [
      ['L', 1],
      ['M', 1],
      ['S', 0],
    ],
  })
})

test('the price range is that of the result without the price filter', async () => {
  const range = async (input: Asked) => {
    const { priceRange } = await ask(input)
    return [priceRange?.min.amount, priceRange?.max.amount, priceRange?.min.currency]
  }
  assert.deepEqual(await range({}), [2900, 14900, 'EUR'])
  assert.deepEqual(await range({ category: 'shoes', minPrice: 7000, maxPrice: 9000 }), [6500, 14900, 'EUR'])
  assert.equal((await ask({ category: 'nowhere' })).priceRange, undefined)
})

test('categories below the chosen one are offered with their counts', async () => {
  const below = async (input: Asked) => (await ask(input)).categories.map(({ name, count }) => [name, count])
  assert.deepEqual(await below({}), [
    ['Shoes', 3],
    ['Hats', 2],
  ])
  assert.deepEqual(await below({ category: 'shoes' }), [['Boots', 2]])
  assert.deepEqual(await below({ category: shoes.id, filters: ['Colour:Red'] }), [['Boots', 1]])
  assert.deepEqual(await below({ category: 'hats' }), [])
})

test('mistyped words are corrected, the correction is told, and further pages stay corrected', async () => {
  const first = await ask({ q: 'wlaking boto', limit: 1 })
  assert.deepEqual([first.didYouMean, first.items[0]?.title], ['walking boot', 'Alpine Walking Boot'])
  const { didYouMean, items, total, next } = await ask({ q: 'boto', limit: 1 })
  assert.deepEqual([didYouMean, total, items[0]?.title], ['boot', 2, 'Harbour Rain Boot'])
  assert.deepEqual(await titles({ q: 'boto', limit: 1, after: next }), ['Alpine Walking Boot'])
})

test('a title that only looks like what was typed is found too', async () => {
  const { items, didYouMean } = await ask({ q: 'juniper runningshoe' })
  assert.deepEqual([items.map(({ title }) => title), didYouMean], [['Juniper Running Shoe'], undefined])
})

test('words that are right, or only begun, are not corrected', async () => {
  for (const q of ['juniper', 'jun', 'boots', 'walking bo', '"wlaking"', 'xyzzyqqq']) {
    assert.equal((await ask({ q })).didYouMean, undefined, q)
  }
  assert.equal((await ask({ q: 'xyzzyqqq' })).total, 0)
})

test('facets are counted for the first page only, and only when they are asked for', async () => {
  const page = await ask({ limit: 2 })
  assert.deepEqual([page.total, page.facets.length], [5, 3])
  const next = await ask({ limit: 2, after: page.next })
  assert.deepEqual([next.total, next.facets, next.categories], [5, [], []])
  const bare = await ask({ facets: false })
  assert.deepEqual([bare.total, bare.facets, bare.categories, bare.priceRange], [5, [], [], undefined])
})

test('pages show every product once, in every order and of any size', async () => {
  const sorts = ['newest', 'price-ascending', 'price-descending', 'best-selling', 'relevance'] as const
  const asked = fc.record({
    q: fc.constantFrom(undefined, 'norde', 'nordee'),
    sort: fc.constantFrom(...sorts),
    limit: fc.integer({ min: 1, max: 6 }),
    inStock: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(asked, async (input) => {
      const whole = (await ask({ ...input, limit: 100 })).items.map(({ productId }) => productId)
      const seen: string[] = []
      let after: string | undefined
      do {
        const page = await ask({ ...input, after })
        seen.push(...page.items.map(({ productId }) => productId))
        after = page.next
      } while (after !== undefined)
      assert.deepEqual(seen, whole)
      assert.equal(new Set(seen).size, (input.q ? 4 : 5) - (input.inStock ? 2 : 0))
    }),
    { numRuns: 40 },
  )
})

test('whatever is typed, there is an answer or a problem that the shopper can act on', async () => {
  const typed = fc.oneof(
    fc.string({ maxLength: 60, unit: 'binary' }),
    fc.string({
      maxLength: 30,
      unit: fc.constantFrom("'", '\\', '"', ':', '*', '!', '&', '|', '(', ')', '<', '-', ' ', 'a', 'é'),
    }),
  )
  await fc.assert(
    fc.asyncProperty(typed, async (q) => {
      const calls = [ask({ q }), world.call(search.suggest, { q: `${q}a`.slice(0, 100) })]
      for (const { reason } of await Promise.allSettled(calls).then((all) =>
        all.filter((one) => one.status === 'rejected'),
      ))
        assert.ok(reason instanceof Problem, String(reason))
    }),
    { numRuns: 150 },
  )
})

test('suggestions complete the last word, and forgive mistakes', async () => {
  const suggested = async (q: string) =>
    (await world.call(search.suggest, { q })).items.map(({ text }) => text)
  assert.deepEqual(await suggested('walking bo'), ['Alpine Walking Boot'])
  assert.deepEqual(await suggested('runn'), ['Juniper Running Shoe'])
  assert.deepEqual(await suggested('junipr'), ['Juniper Running Shoe'])
  assert.deepEqual(await suggested('gal'), ['Harbour Rain Boot'])
  assert.deepEqual(await suggested('!'), [])
})
