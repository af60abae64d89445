import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { readShopifyCsv } from './csv.ts'
import { writeShopifyCsv } from './export.ts'
import { safeHtml } from './html.ts'
import type { WholeProduct } from './product.ts'
import { categorySteps, isCategoryId } from './values.ts'

async function write(products: WholeProduct[], options = {}): Promise<string> {
  return (await Array.fromAsync(writeShopifyCsv(products, options))).join('')
}

async function readBack(bytes: Buffer, chunkBytes: number, options = {}) {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  const results = await Array.fromAsync(readShopifyCsv(chunks(), options))
  return results.map((result) => ('product' in result ? result.product : result))
}

// The same table as another program would write it: columns in any order, other line ends, all quoted.
function rewritten(text: string, order: number[], lineEnd: string, bom: boolean): Buffer {
  const rows: string[][] = parse(text)
  const lines = rows.map((row) => {
    const columns = row.map((cell, index) => ({ cell, rank: order[index % order.length] ?? 0, index }))
    columns.sort((a, b) => a.rank - b.rank || a.index - b.index)
    return columns.map(({ cell }) => `"${cell.replaceAll('"', '""')}"`).join(',')
  })
  return Buffer.from((bom ? '\uFEFF' : '') + lines.join(lineEnd))
}

const nasty = fc.constantFrom(
  '=1+1',
  "'=x",
  "''@sum",
  '-5 °C',
  '+49',
  '"hi", she said',
  'a\r\nb',
  '🍓 é',
  '[x',
  '["a"]',
  "'12",
)
const text = fc
  .oneof(nasty, fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ maxLength: 12 }))
  .map((value) => value.replace(/[\0\uFFFD]/g, '').trim())
const word = text.filter((value) => value !== '')
const code = word.filter((value) => !/^'+\d+$/.test(value) && !/^\d(\.\d+)?E\+\d{1,2}$/i.test(value))
const tag = word.map((value) => value.replaceAll(',', '').trim()).filter((value) => value !== '')
const step = word.map((value) => value.replaceAll('>', '').trim()).filter((value) => value !== '')
const html = fc
  .array(
    fc.oneof(
      text,
      fc.constantFrom(
        '<p>',
        '</p>',
        '<b>x</b>',
        '<script>a</script>',
        '<img src=/a onerror=x>',
        '&amp;',
        '<',
        '>',
        '<a href="https://a.example?b&c">',
      ),
    ),
  )
  .map((parts) => safeHtml(parts.join('')))
const money = fc.integer({ min: 0, max: 1e9 })
const lower = (value: string) => value.toLowerCase()

const category = fc.tuple(text, fc.array(step, { maxLength: 4 })).map(([type, steps]) => ({
  type,
  categoryPath: steps.length > 0 && !isCategoryId(steps.join(' > ')) ? steps : categorySteps(type || '>'),
}))

// deepStrictEqual tells objects without a prototype from those of the reader.
const plainObjects = { noNullPrototype: true }

const attributes = fc
  .uniqueArray(
    fc.record({ name: fc.oneof(word, fc.constantFrom('Gender', 'Size', 'size')), value: word }, plainObjects),
    {
      selector: ({ name, value }) => JSON.stringify([name, value]),
      maxLength: 5,
    },
  )
  .map((list) => list.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)))

const variant = fc.record({
  sku: fc.option(code),
  barcode: fc.option(code),
  grams: fc.nat(100_000),
  price: money,
  compareAtPrice: fc.option(money.map((value) => value + 1)),
  quantity: fc.option(fc.nat(100_000)),
  continueSelling: fc.boolean(),
  requiresShipping: fc.boolean(),
  taxable: fc.boolean(),
  taxCode: fc.option(word),
  picture: fc.nat(6),
  choices: fc.array(word, { minLength: 5, maxLength: 5 }),
})

const product: fc.Arbitrary<Omit<WholeProduct, 'handle'>> = fc
  .record({
    title: word,
    descriptionHtml: html,
    vendor: text,
    category,
    tags: fc.uniqueArray(tag, { selector: lower, maxLength: 4 }),
    status: fc.constantFrom('draft' as const, 'active' as const, 'archived' as const),
    names: fc
      .uniqueArray(word, { selector: lower, maxLength: 5 })
      .filter((names) => !names.some((n) => /^title$/i.test(n))),
    seo: fc.record({ title: text, description: text }, plainObjects),
    alts: fc.array(text, { maxLength: 6 }),
    variants: fc.array(variant, { minLength: 1, maxLength: 6 }),
    attributes,
    giftCard: fc.boolean(),
  })
  .map(({ category: place, names, alts, variants: drafts, ...rest }) => {
    const images = alts.map((alt, index) => ({
      url: `https://x.example/${index}.jpg?a,b`,
      position: index + 1,
      alt,
    }))
    const different = unique(
      unique(drafts, (d) => d.sku),
      (d) => JSON.stringify(d.choices.slice(0, names.length)),
    )
    const variants = different.map(({ picture, choices, ...fields }) => ({
      ...fields,
      options: Object.fromEntries(names.map((name, index) => [name, choices[index] ?? ''])),
      imageUrl: images[picture]?.url ?? null,
    }))
    const options = names.map((name) => ({
      name,
      values: [...new Set(variants.map((v) => v.options[name] ?? ''))],
    }))
    return { ...rest, ...place, images, variants, options }
  })

function unique<T>(list: T[], key: (item: T) => string | null): T[] {
  const seen = new Set<string>()
  return list.filter((item) => {
    const name = key(item)
    if (name === null) return true
    const fresh = !seen.has(name)
    seen.add(name)
    return fresh
  })
}

const shop = fc
  .array(product, { maxLength: 4 })
  .map((list): WholeProduct[] => list.map((item, index) => ({ handle: `p-${index}`, ...item })))

test('a shop exported and imported again is the same shop, whoever rewrote the file between', async () => {
  await fc.assert(
    fc.asyncProperty(
      shop,
      fc.array(fc.nat(100), { minLength: 1, maxLength: 60 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.boolean(),
      fc.integer({ min: 1, max: 5_000 }),
      fc.constantFrom(0, 2, 3),
      async (products, order, lineEnd, bom, chunkBytes, currencyDigits) => {
        const file = await write(products, { currencyDigits })
        const direct = await readBack(Buffer.from(file), chunkBytes, { currencyDigits })
        // Where no product has an attribute there is no column for any, and nothing is told of them.
        const untold = products.every(({ attributes: { length } }) => length === 0)
        const expected = untold ? products.map((item) => ({ ...item, attributes: undefined })) : products
        assert.deepStrictEqual(direct, expected)
        const other = await readBack(rewritten(file, order, lineEnd, bom), chunkBytes, { currencyDigits })
        assert.deepStrictEqual(other, expected)
      },
    ),
    { numRuns: 300 },
  )
})

const plain: WholeProduct = {
  handle: 'cup',
  title: '=HYPERLINK("https://evil.example")',
  descriptionHtml: '',
  vendor: '@vendor',
  type: '',
  tags: [],
  status: 'active',
  categoryPath: [],
  options: [],
  seo: { title: '+1', description: '-1' },
  images: [],
  variants: [
    {
      sku: null,
      barcode: null,
      options: {},
      grams: 0,
      price: 5,
      compareAtPrice: null,
      quantity: null,
      continueSelling: false,
      requiresShipping: true,
      taxable: true,
      taxCode: null,
      imageUrl: null,
    },
  ],
  attributes: [{ name: 'Material', value: 'Clay' }],
  giftCard: false,
}

test('no cell of an export starts like a formula', async () => {
  const rows: string[][] = parse(await write([plain]))
  assert.equal(rows.length, 2)
  for (const cell of rows.flat()) assert.doesNotMatch(cell, /^[=+\-@\t\r]/)
  assert.ok(rows[1]?.includes(`'${plain.title}`))
})

test('a stream is exported with the columns it is told, and never loses a value unseen', async () => {
  async function* stream() {
    yield plain
  }
  await assert.rejects(
    Array.fromAsync(writeShopifyCsv(stream())),
    /no export column for the attribute "Material"/,
  )
  const columns = { attributes: ['Material'], optionCount: 0 }
  const file = (await Array.fromAsync(writeShopifyCsv(stream(), { columns }))).join('')
  assert.deepEqual(await readBack(Buffer.from(file), 100), [plain])
})

test('a price of a few cents keeps its zeros', async () => {
  assert.match(await write([plain]), /,0\.05,/)
  assert.match(await write([plain], { currencyDigits: 0 }), /,5,/)
})
