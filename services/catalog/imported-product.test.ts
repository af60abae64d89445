import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Filing, mergeImported, objection } from './imported-product.ts'
import type { ImportedProduct, ImportedVariant } from './shopify/product.ts'

let made = 0
const fresh = { now: new Date('2026-03-01T10:00:00Z'), newId: (prefix: string) => `${prefix}_${++made}` }
const filing: Filing = { currency: 'EUR', categoryId: 'cat_1' }
const sizes = [{ name: 'Size', values: ['S', 'M'] }]

function variant(size: string, more: Partial<ImportedVariant> = {}): ImportedVariant {
  return { sku: `SKU-${size}`, options: { Size: size }, price: 1000, quantity: 5, ...more }
}

/** As a file with every column describes it. */
const whole: ImportedProduct = {
  handle: 'shirt',
  title: 'Shirt',
  descriptionHtml: '<p>Cool</p>',
  vendor: 'Loom',
  type: 'Shirts',
  tags: ['summer'],
  status: 'active',
  categoryPath: ['Clothes'],
  options: sizes,
  seo: { title: 'A shirt', description: 'Cool' },
  images: [{ url: '/1.jpg', alt: 'Front', position: 1 }],
  variants: [variant('S', { grams: 200, barcode: '123', compareAtPrice: 1500 }), variant('M')],
  attributes: [{ name: 'Fabric', value: 'Linen' }],
}
const created = mergeImported(whole, undefined, filing, fresh)

/** As a file with a handle, a title and little else describes it. */
function partial(more: Partial<ImportedProduct>): ImportedProduct {
  return { handle: 'shirt', title: 'Shirt', categoryPath: [], seo: {}, variants: [], ...more }
}

test('a product that is new to the shop is created, counted as the file says', () => {
  assert.equal(created.change, 'created')
  assert.deepEqual(
    created.product.variants.map(({ title }) => title),
    ['S', 'M'],
  )
  assert.deepEqual(
    created.counts.map(({ quantity }) => quantity),
    [5, 5],
  )
})

test('the same file again changes nothing', () => {
  const again = mergeImported(whole, created.product, filing, fresh)
  assert.deepEqual([again.change, again.product === created.product], ['none', true])
})

test('a file of prices changes the prices and leaves the rest, stock above all', () => {
  const prices = [
    { sku: 'SKU-S', options: { Size: 'S' }, price: 900 },
    { sku: 'SKU-M', options: { Size: 'M' }, price: 950 },
  ]
  const { product, change, counts } = mergeImported(
    partial({ options: sizes, variants: prices }),
    created.product,
    filing,
    fresh,
  )
  assert.equal(change, 'changed')
  assert.deepEqual(counts, [])
  const [small] = product.variants
  assert.deepEqual(small, { ...created.product.variants[0], price: { amount: 900, currency: 'EUR' } })
  const { variants: _, version: __, ...kept } = product
  const { variants: ___, version: ____, ...before } = created.product
  assert.deepEqual(kept, before)
})

test('a variant that the file adds without telling its stock is sold uncounted', () => {
  const variants = [...whole.variants, variant('L', { quantity: undefined })]
  const { counts } = mergeImported({ ...whole, variants }, created.product, filing, fresh)
  assert.equal(counts.at(-1)?.quantity, null)
})

test('what staff added beyond the file stays', () => {
  const categoryIds = ['cat_1', 'cat_sale']
  const attributes = [
    { name: 'Care', value: 'Cold' },
    { name: 'Fabric', value: 'Linen' },
  ]
  const theirs = { ...created.product, categoryIds, attributes, publishAt: '2027-01-01T00:00:00.000Z' }
  const sorted = { ...whole, attributes: attributes.toReversed() }
  assert.equal(mergeImported(sorted, theirs, filing, fresh).change, 'none')
})

test('without prices a new product waits as a draft', () => {
  const { product } = mergeImported(partial({ variants: [{ options: {} }] }), undefined, filing, fresh)
  assert.deepEqual([product.status, product.variants[0]?.price.amount], ['draft', 0])
})

test('a file without options does not melt the variants of a product into one', () => {
  const found = objection(partial({ variants: [{ options: {}, price: 5 }] }), created.product)
  assert.equal(found?.column, 'Option1 Value')
  assert.match(found?.reason ?? '', /variants by Size/)
})

test('a file without prices adds no variant that costs nothing', () => {
  const variants = [{ options: { Size: 'S' } }, { options: { Size: 'XL' } }]
  const found = objection(partial({ options: sizes, variants }), created.product)
  assert.deepEqual([found?.column, found?.reason.slice(0, 24)], ['Variant Price', 'The variant "XL" is new '])
  assert.equal(
    objection(partial({ options: sizes, variants: variants.slice(0, 1) }), created.product),
    undefined,
  )
})

test('a tax class of the shop is kept, the code of a tax service is not', () => {
  const classOf = (more: Partial<ImportedVariant>) =>
    mergeImported({ ...whole, variants: [variant('S', more)] }, undefined, filing, fresh).product.variants[0]
      ?.taxClass
  assert.equal(classOf({ taxable: true, taxCode: 'reduced' }), 'reduced')
  assert.equal(classOf({ taxable: true, taxCode: 'PC040100' }), 'standard')
  assert.equal(classOf({ taxable: false, taxCode: null }), 'zero')
  assert.equal(classOf({}), 'standard')
})
