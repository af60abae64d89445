import assert from 'node:assert/strict'
import { test } from 'node:test'
import { safeHtml } from './html.ts'
import {
  BadCell,
  imageUrl,
  priceMinor,
  productCode,
  productHandle,
  quantity,
  weightGrams,
  yesOrNo,
} from './values.ts'

const prices: [text: string, digits: number, minor: number | RegExp][] = [
  ['19.99', 2, 1999],
  ['19.9', 2, 1990],
  ['19', 2, 1900],
  ['0', 2, 0],
  ['.99', 2, 99],
  ['19,99', 2, 1999],
  ['$19.99', 2, 1999],
  ['19,99 €', 2, 1999],
  ['EUR 19.99', 2, 1999],
  ['US$5', 2, 500],
  ['1,234.50', 2, 123450],
  ['1.234,50', 2, 123450],
  ['1 234,50', 2, 123450],
  ["1'234.50", 2, 123450],
  ['1,234,567', 2, 123456700],
  ['12.5000', 2, 1250],
  ['0.500', 2, 50],
  ['1234.500', 2, 123450],
  ['1234', 0, 1234],
  ['1,234', 0, 1234],
  ['1234.00', 0, 1234],
  ['1.234', 3, 1234],
  ['1,234', 2, /1234 or as 1\.234/],
  ['1.234', 2, /1234 or as 1\.234/],
  ['1.234', 0, /1234 or as 1\.234/],
  ['19.999', 2, /can be read as/],
  ['1234.567', 2, /more decimals/],
  ['12.5', 0, /more decimals/],
  ['-5', 2, /below zero/],
  ['-$5.00', 2, /below zero/],
  ['$-5.00', 2, /below zero/],
  ['(5.00)', 2, /below zero/],
  ['free', 2, /not a price/],
  ['1e5', 2, /not a price/],
  ['19.', 2, /not a price/],
  ['1,23,456.00', 2, /not a price/],
  ['1.2.3', 2, /not a price/],
  ['99999999999999', 2, /too large/],
]

for (const [text, digits, expected] of prices) {
  const outcome = typeof expected === 'number' ? `is ${expected} minor units` : 'is refused'
  test(`the price ${text} in a currency of ${digits} decimals ${outcome}`, () => {
    if (typeof expected === 'number') assert.equal(priceMinor(text, digits), expected)
    else assert.throws(() => priceMinor(text, digits), expected)
  })
}

test('weights in kilograms, pounds and ounces become grams', () => {
  const table: [string, string, number][] = [
    ['250', 'g', 250],
    ['0.25', 'kg', 250],
    ['0,25', 'KG', 250],
    ['1', 'lb', 454],
    ['2', 'ounces', 57],
  ]
  for (const [amount, unit, grams] of table) assert.equal(weightGrams(amount, unit), grams)
  assert.throws(() => weightGrams('1', 'stone'), /g, kg, lb or oz/)
  assert.throws(() => weightGrams('heavy', 'g'), BadCell)
  assert.throws(() => weightGrams('999999999', 'kg'), /too heavy/)
})

test('what was sold too often counts as none, and more than can be counted is refused', () => {
  assert.deepEqual(['-3', '5.0', '10000000'].map(quantity), [0, 5, 10_000_000])
  assert.throws(() => quantity('10000001'), /too many/)
})

test('yes and no are understood as shops write them', () => {
  for (const text of ['TRUE', 'true', '1', 'Yes']) assert.equal(yesOrNo(text), true)
  for (const text of ['FALSE', 'false', '0', 'no']) assert.equal(yesOrNo(text), false)
  assert.throws(() => yesOrNo('maybe'), /TRUE or FALSE/)
})

test('a handle that cannot be an address is refused with one that can', () => {
  assert.equal(productHandle('Ocean-Blue'), 'ocean-blue')
  assert.equal(productHandle('größe-名前'), 'größe-名前')
  assert.throws(() => productHandle('Ocean Blue / Shirt'), /"ocean-blue-shirt"/)
})

test('a barcode that a spreadsheet shortened is refused, one it protected is restored', () => {
  assert.throws(() => productCode('9.78E+12'), /as text/)
  assert.equal(productCode("'0012345"), '0012345')
  assert.equal(productCode("O'Neill-1"), "O'Neill-1")
})

test('pictures come from web addresses or from the shop itself, never from scripts', () => {
  assert.equal(imageUrl('//cdn.example.com/a.jpg'), 'https://cdn.example.com/a.jpg')
  assert.equal(imageUrl('/media/a.webp'), '/media/a.webp')
  for (const bad of [
    'javascript:alert(1)',
    'data:image/png;base64,AA',
    'a.jpg',
    '/\\evil.example',
    'ftp://a/b',
  ]) {
    assert.throws(() => imageUrl(bad), BadCell, bad)
  }
})

test('a description keeps its text and loses whatever could run', () => {
  const dirty =
    '<h1>Oak</h1><p onclick="x()">A <b>table</b><script>steal()</script> ' +
    '<a href="javascript:x()">here</a> <img src="https://a.example/b.jpg" onerror="x()"><iframe src="//e"></iframe></p>'
  assert.equal(
    safeHtml(dirty),
    '<h2>Oak</h2><p>A <b>table</b> <a>here</a> <img src="https://a.example/b.jpg" /></p>',
  )
})
