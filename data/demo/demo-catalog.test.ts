import assert from 'node:assert/strict'
import { createReadStream, existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readShopifyCsv } from '../../services/catalog/shopify/csv.ts'
import type { WholeProduct } from '../../services/catalog/shopify/product.ts'

const files = globSync(join(import.meta.dirname, '*.csv')).sort()
const pictures = join(
  dirname(fileURLToPath(import.meta.resolve('@lobehub/fluent-emoji-3d/package.json'))),
  'assets',
)
const products: WholeProduct[] = []

before(async () => {
  for (const file of files) {
    for await (const result of readShopifyCsv(createReadStream(file))) {
      assert.ok('product' in result, `${file}: ${JSON.stringify(result)}`)
      // The demo files have every column there is, so that everything is told.
      products.push(result.product as WholeProduct)
    }
  }
})

const variants = () => products.flatMap((product) => product.variants)
const unique = (list: unknown[]) => new Set(list).size === list.length

test('the demo shop is large enough to browse and nothing in it is refused', () => {
  assert.ok(products.length >= 130, String(products.length))
  const categories = new Set(products.map((product) => product.categoryPath.join(' > ')))
  assert.ok(categories.size >= 14, String(categories.size))
  assert.ok(unique(products.map((product) => product.handle)))
  assert.ok(unique(products.map((product) => product.title)))
})

test('every product is described, on sale, priced, weighed and findable', () => {
  for (const product of products) {
    assert.equal(product.status, 'active', product.handle)
    assert.match(product.descriptionHtml, /^<p>.+<\/p><ul><li>/, product.handle)
    assert.ok(product.vendor && product.type && product.tags.length > 0, product.handle)
    assert.ok(product.categoryPath.length === 2 && product.attributes.length >= 2, product.handle)
    assert.ok(product.seo.title && product.seo.description.length <= 160, product.handle)
    for (const variant of product.variants) {
      assert.ok(variant.price > 0 && variant.grams > 0, variant.sku ?? product.handle)
      assert.ok((variant.compareAtPrice ?? Infinity) > variant.price, variant.sku ?? product.handle)
    }
  }
})

test('every picture is there, described, and the first one of one product only', () => {
  for (const { handle, images } of products) {
    assert.ok(images.length > 0, handle)
    for (const { url, alt } of images) {
      const name = /^\/media\/emoji\/([0-9a-f-]+\.webp)$/.exec(url)?.[1]
      assert.ok(name && existsSync(join(pictures, name)), `${handle}: ${url}`)
      assert.ok(alt, handle)
    }
  }
  assert.ok(unique(products.map((product) => product.images[0]?.url)))
})

test('every variant has a SKU and a valid barcode of its own', () => {
  assert.ok(unique(variants().map((variant) => variant.sku)))
  assert.ok(unique(variants().map((variant) => variant.barcode)))
  for (const { sku, barcode } of variants()) {
    assert.ok(sku)
    assert.ok(isEan13(barcode ?? ''), `${sku}: ${barcode}`)
  }
})

test('a wrong check digit is noticed', () => {
  assert.ok(isEan13('4006381333931'))
  assert.ok(!isEan13('4006381333932'))
})

test('the shop shows what shops have: choices, reductions, low stock and sold out', () => {
  assert.ok(products.filter((product) => product.options.length > 0).length * 3 > products.length)
  const reduced = products.filter((product) => product.variants[0]?.compareAtPrice !== null)
  assert.ok(
    reduced.length * 10 > products.length && reduced.length * 4 < products.length,
    String(reduced.length),
  )
  const stock = variants().map((variant) => variant.quantity ?? -1)
  assert.ok(stock.includes(0) && stock.some((quantity) => quantity >= 1 && quantity <= 3))
  assert.ok(stock.every((quantity) => quantity >= 0))
})

test('food is taxed as food is, and what is drunk from bottles is not', () => {
  const classes = (type: string) =>
    new Set(products.filter((one) => one.type === type).flatMap((one) => one.variants.map((v) => v.taxCode)))
  for (const type of ['Pasta', 'Eggs', 'Coffee', 'Chocolate'])
    assert.deepEqual([...classes(type)], ['reduced'])
  for (const type of ['Soft drinks', 'Jeans']) assert.deepEqual([...classes(type)], [null])
})

function isEan13(code: string): boolean {
  const sum = [...code].reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 3 : 1), 0)
  return /^\d{13}$/.test(code) && sum % 10 === 0
}
