import assert from 'node:assert/strict'
import { test } from 'node:test'
import { categoriesOf, documentOf, facetsOf, isAnnounced, isShown, textOf } from './document.ts'
import { attributes, product, variant } from './testing.ts'

const now = new Date('2026-06-01T00:00:00Z')
const before = '2026-05-31T23:59:59Z'
const later = '2026-06-01T00:00:01Z'

const visible: readonly (readonly [string, Parameters<typeof product>[2], boolean])[] = [
  ['active', {}, true],
  ['active since an instant that is over', { publishAt: before }, true],
  ['announced for later', { publishAt: later }, false],
  ['a draft', { status: 'draft' }, false],
  ['archived', { status: 'archived' }, false],
  ['without variants', { variants: [] }, false],
]
for (const [what, more, shown] of visible) {
  test(`a product that is ${what} is ${shown ? '' : 'not '}shown`, () =>
    assert.equal(isShown(product('Hat', 100, more), now), shown))
}

test('only an active product is announced', () => {
  assert.equal(isAnnounced(product('Hat', 100, { publishAt: later }), now), true)
  assert.equal(isAnnounced(product('Hat', 100, { publishAt: later, status: 'draft' }), now), false)
  assert.equal(isAnnounced(product('Hat', 100, { publishAt: before }), now), false)
})

test('prices go from the cheapest variant to the dearest, reduced if the cheapest one is', () => {
  const cheap = {
    ...variant('prod_1', 900),
    compareAtPrice: { amount: 1200, currency: 'EUR' },
  }
  const { priceMin, priceMax, compareAt, variantId } = documentOf(
    product('Hat', 0, { variants: [variant('prod_1', 1500), cheap] }),
    1,
    now,
  )
  assert.deepEqual([priceMin, priceMax, compareAt, variantId], [900, 1500, 1200, undefined])
})

test('a compare-at price that is no reduction is not shown', () => {
  const same = { ...variant('prod_1', 900), compareAtPrice: { amount: 900, currency: 'EUR' } }
  assert.equal(documentOf(product('Hat', 0, { variants: [same] }), 1, now).compareAt, undefined)
})

test('attributes, options and the brand are facets, each value once', () => {
  const facets = facetsOf(
    product('Hat', 100, {
      attributes: [...attributes({ Colour: 'Red', 'A: b': ' x  y ' }), { name: 'Colour', value: 'Blue' }],
      options: [
        { name: 'Size', values: ['S', 'M'] },
        { name: 'Colour', values: ['Red', ''] },
      ],
    }),
  )
  assert.deepEqual(facets, ['Colour:Red', 'A b:x y', 'Colour:Blue', 'Size:S', 'Size:M', 'Brand:Norde'])
})

test('a product belongs to its categories and all above them', () => {
  const [top, below] = [
    { id: 'cat_1', name: 'Clothing', handle: 'clothing' },
    { id: 'cat_2', name: 'Hats', handle: 'hats' },
  ]
  const hat = product('Hat', 100, { categories: [[top, below], [top]] })
  assert.deepEqual(documentOf(hat, 1, now).categories, ['cat_1', 'clothing', 'cat_2', 'hats'])
  assert.deepEqual(
    categoriesOf(hat).map(({ id, parentId }) => [id, parentId]),
    [
      ['cat_1', null],
      ['cat_2', 'cat_1'],
      ['cat_1', null],
    ],
  )
})

test('of a description the words are kept, not the markup', () => {
  assert.equal(textOf('<p>Salt &amp; pepper<br>mill&nbsp;<b>set</b></p>'), 'Salt & pepper mill set')
})
