import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { type ImportedProduct, type ReadProduct, readShopifyCsv } from './csv.ts'
import { limits } from './product.ts'

async function read(text: string | Buffer, chunkBytes = 1 << 20, options = {}): Promise<ReadProduct[]> {
  const bytes = Buffer.from(text)
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes))
  return Array.fromAsync(readShopifyCsv(Readable.from(chunks), options))
}

async function products(text: string | Buffer): Promise<ImportedProduct[]> {
  return (await read(text)).map((result) => {
    assert.ok('product' in result, JSON.stringify(result))
    return result.product
  })
}

// One line per problem: what the merchant is told and where.
async function complaints(text: string | Buffer): Promise<string[]> {
  const results = await read(text)
  return results.flatMap((result) =>
    'refused' in result ? result.refused.map((p) => `${p.row} ${p.column}: ${p.reason}`) : [],
  )
}

async function only(text: string | Buffer): Promise<ImportedProduct> {
  const [product, ...others] = await products(text)
  assert.ok(product && others.length === 0)
  return product
}

const csv = (...rows: string[]) => `${rows.join('\n')}\n`

test('rows with one handle are one product with its variants and pictures', async () => {
  const product = await only(
    csv(
      'Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,' +
        'Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,' +
        'Variant Compare At Price,Image Src,Image Position,Image Alt Text,Variant Image,Product Category',
      'shirt,Linen Shirt,<p>Cool</p>,Loom,Shirts,"summer, linen",Size,S,Colour,Blue,L-1,180,shopify,3,deny,39.90,' +
        '49.90,https://x.example/2.jpg,2,Back,https://x.example/9.jpg,Clothing > Tops > Shirts',
      'shirt,,,,,,,M,,Blue,L-2,190,,,continue,39.90,0,https://x.example/1.jpg,1,Front,,',
      'shirt,,,,,,,,,,,,,,,,,https://x.example/3.jpg,3,,,',
    ),
  )
  assert.deepEqual(product.options, [
    { name: 'Size', values: ['S', 'M'] },
    { name: 'Colour', values: ['Blue'] },
  ])
  assert.deepEqual(product.tags, ['summer', 'linen'])
  assert.deepEqual(product.categoryPath, ['Clothing', 'Tops', 'Shirts'])
  assert.deepEqual(
    product.images?.map(({ url, position, alt }) => `${position} ${url.slice(-5)} ${alt}`),
    ['1 1.jpg Front', '2 2.jpg Back', '3 3.jpg ', '4 9.jpg '],
  )
  const [small, medium] = product.variants
  assert.equal(product.variants.length, 2)
  assert.deepEqual(
    [small?.price, small?.compareAtPrice, small?.quantity, small?.continueSelling],
    [3990, 4990, 3, false],
  )
  assert.deepEqual([medium?.compareAtPrice, medium?.quantity, medium?.continueSelling], [null, null, true])
  assert.deepEqual(medium?.options, { Size: 'M', Colour: 'Blue' })
})

test('handle and title are enough; what the file has no column for is not told', async () => {
  const product = await only(csv('  TITLE , handle ,Whatever', 'Oak Table,oak-table,x'))
  const { title, variants, categoryPath, seo, ...untold } = product
  assert.deepEqual(
    [title, categoryPath, seo],
    ['Oak Table', [], { title: undefined, description: undefined }],
  )
  assert.deepEqual(
    Object.values(untold).filter((value) => value !== undefined),
    ['oak-table'],
  )
  assert.deepEqual(
    variants.map((variant) => Object.values(variant).filter((value) => value !== undefined)),
    [[{}]],
  )
})

test('an empty cell of a column that is there takes away', async () => {
  const product = await only(csv('Handle,Title,Vendor,Tags,Price,SKU,Image Src', 'a,A,,,1,,'))
  assert.deepEqual(
    [product.vendor, product.tags, product.images, product.variants[0]?.sku],
    ['', [], [], null],
  )
})

test('a file without a needed column is refused once, naming the column', async () => {
  assert.deepEqual(await complaints(csv('Handle,Name', 'a,b', 'c,d')), [
    '1 Title: The column Title is missing. Add a column named Title to the first row.',
  ])
  assert.match((await complaints(csv('Handle,Title,title', 'a,b,c')))[0] ?? '', /two columns Title/)
})

test('the newer names of the columns mean the same', async () => {
  const product = await only(
    csv(
      'Title,URL handle,SKU,Price,Weight value (grams),Inventory quantity,Continue selling when out of stock',
      'Jar,jar,J,4.50,300,7,TRUE',
    ),
  )
  const [variant] = product.variants
  assert.deepEqual(
    [variant?.sku, variant?.price, variant?.grams, variant?.quantity, variant?.continueSelling],
    ['J', 450, 300, 7, true],
  )
})

test('line ends, byte order marks, emojis and line breaks in a text survive any cut into chunks', async () => {
  const lines = ['Handle,Title,Body (HTML),Price', 'a,"Say ""hi"" 🍓","One,\r\ntwo",1.00', '', 'b,Zwei,,2.00']
  const expected = await products(lines.join('\n'))
  assert.equal(expected[0]?.title, 'Say "hi" 🍓')
  assert.equal(expected[0]?.descriptionHtml, 'One,\r\ntwo')
  for (const end of ['\n', '\r\n', '\r']) {
    for (const bom of ['', '\uFEFF']) {
      for (const chunkBytes of [1, 2, 3, 7, 1000]) {
        const results = await read(bom + lines.join(end), chunkBytes)
        assert.deepEqual(
          results.map((result) => ('product' in result ? result.product : result)),
          expected,
        )
        assert.deepEqual([results[1]?.firstRow, results[1]?.lastRow], [4, 4])
      }
    }
  }
})

test('an empty file is refused, a header alone is a shop without products', async () => {
  assert.match((await complaints(''))[0] ?? '', /empty/)
  assert.match((await complaints('\n\n'))[0] ?? '', /empty/)
  assert.deepEqual(await read('Handle,Title\n'), [])
})

const head = 'Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src'
const refusals: [business: string, rows: string[], expected: RegExp[]][] = [
  ['a product without a title', ['a,,,,,1,'], [/^2 Title: .*needs its title/]],
  ['a product without a handle', [',Nameless,,,,1,'], [/^2 Handle: .*no handle/]],
  ['a variant row without a handle', ['a,A,Size,S,,1,', ',,,M,,1,'], [/^3 Handle: The handle is missing/]],
  ['a negative price', ['a,A,,,,-1,'], [/^2 Variant Price: .*below zero/]],
  ['a blank price', ['a,A,,,,,'], [/^2 Variant Price: .*no price/]],
  ['a SKU twice', ['a,A,Size,S,X,1,', 'a,,,M,X,1,'], [/^3 Variant SKU: .*taken by row 2/]],
  ['a choice twice', ['a,A,Size,S,X,1,', 'a,,,S,Y,1,'], [/^3 Option1 Value: Row 2 is "S" already/]],
  ['two variants without an option', ['a,A,,,X,1,', 'a,,,,Y,1,'], [/^3 Option1 Value: .*Name an option/]],
  ['a value without an option', ['a,A,,Red,,1,'], [/^2 Option1 Value: "Red" belongs to no option/]],
  ['a variant without its choice', ['a,A,Size,S,,1,', 'a,,,,,2,'], [/^3 Option1 Value: The Size is missing/]],
  ['another option name below', ['a,A,Size,S,,1,', 'a,,Colour,Red,,1,'], [/^3 Option1 Name: .*"Size"/]],
  ['two titles under a handle', ['a,A,,,,1,', 'a,B,,,,2,'], [/^3 Title: .*two titles/, /^3 Option1 Value/]],
  ['a picture that is no address', ['a,A,,,,1,photo.jpg'], [/^2 Image Src: .*https/]],
  ['an unquoted comma', ['a,A,,,,1,50,x'], [/^2 Column 8: .*more fields/, /^2 Image Src/]],
  ['every fault of a product at once', ['a,,,Red,,x,y'], [/Title/, /Red/, /not a price/, /Image Src/]],
]

for (const [business, rows, expected] of refusals) {
  test(`${business} refuses the whole product, and the next one still comes in`, async () => {
    const text = csv(head, ...rows, 'next,Next,,,,5,')
    const found = await complaints(text)
    assert.equal(found.length, expected.length, found.join('\n'))
    for (const pattern of expected)
      assert.ok(
        found.some((line) => pattern.test(line)),
        `${pattern}\n${found.join('\n')}`,
      )
    const results = await read(text)
    assert.equal(results.length, 2)
    const last = results.at(-1)
    assert.ok(last && 'product' in last && last.product.handle === 'next')
  })
}

test('an open quote refuses the product it may belong to and says where reading stopped', async () => {
  const good = await read(csv('Handle,Title,Price', 'a,A,1', 'b,"B,1', 'c,C,1'))
  assert.deepEqual(good.length, 1)
  assert.deepEqual(await complaints(csv('Handle,Title,Price', 'z,Z,1', 'a,A,1', 'b,"B,1', 'c,C,1')), [
    '4 : A quote (") is opened in this row and never closed. Close it. Nothing from this row on was read.',
  ])
})

test('a quote within a field is a letter like others, unless it tears the row apart', async () => {
  assert.equal((await only(csv('Handle,Title,Price', 'a,Screen 15" wide,1'))).title, 'Screen 15" wide')
  const torn = csv('Handle,Title,Price', 'a,"Screen 15" wide, blue",1', 'b,B,1')
  assert.match((await complaints(torn))[0] ?? '', /^2 Column 4: A quote \("\) stands inside a field/)
  assert.equal((await read(torn)).length, 2)
})

test('good rows before a fault come out the same however the file is cut', async () => {
  const rows = Array.from({ length: 500 }, (_, index) => `p-${index},Product ${index},1`)
  const text = csv('Handle,Title,Price', ...rows, 'bad,"open')
  for (const chunkBytes of [100, 5_000, 1 << 20]) {
    const results = await read(text, chunkBytes)
    assert.equal(results.filter((result) => 'product' in result).length, 499)
    assert.equal(results.length, 500)
  }
})

test('sizes have limits: the row, the text, the variants, the pictures', async () => {
  const cell = 'x'.repeat(limits.fieldBytes + 1)
  assert.match((await complaints(csv('Handle,Title,Note', `a,A,${cell}`)))[0] ?? '', /512 KB/)
  assert.match(
    (await complaints(csv('Handle,Title,Note', `a,A,"${cell.repeat(3)}"`)))[0] ?? '',
    /longer than 1 MB/,
  )
  const many = Array.from(
    { length: limits.variants + 5 },
    (_, index) => `a,A,Size,${index},,1,https://x.example/${index}`,
  )
  const found = await complaints(csv(head, ...many))
  assert.deepEqual(
    found.map((line) => line.replace(/:.*/, '')),
    [`${limits.images + 2} Image Src`, `${limits.variants + 2} Handle`],
  )
})

test('two thousand variants of one product come in', async () => {
  const rows = Array.from({ length: limits.variants }, (_, index) => `a,,,${index},S-${index},1,`)
  const product = await only(csv(head, (rows[0] ?? '').replace('a,,,', 'a,A,Size,'), ...rows.slice(1)))
  assert.equal(product.variants.length, limits.variants)
})

test('up to ten options tell variants apart', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `Option${index + 1} Name,Option${index + 1} Value`)
  const values = Array.from({ length: 10 }, (_, index) => `N${index},v${index}`)
  const product = await only(csv(`Handle,Title,${names}`, `a,A,${values}`))
  assert.equal(product.options?.length, 10)
  assert.equal(product.variants[0]?.options.N9, 'v9')
})

test('the status follows both columns, and only what is published is on sale', async () => {
  const table = [
    ['active', 'true', 'active'],
    ['active', 'false', 'draft'],
    ['', '', 'active'],
    ['', 'FALSE', 'draft'],
    ['Draft', 'true', 'draft'],
    ['archived', 'true', 'archived'],
  ] as const
  for (const [status, published, expected] of table) {
    const product = await only(csv('Handle,Title,Price,Status,Published', `a,A,1,${status},${published}`))
    assert.equal(product.status, expected, `${status} / ${published}`)
  }
})

test('categories are words: ids are passed over for the Google path or the type', async () => {
  const header = 'Handle,Title,Price,Product Category,Google Shopping / Google Product Category,Type'
  const table: [string, string[]][] = [
    ['Home > Lamps,,Light', ['Home', 'Lamps']],
    ['aa-1-13,594 - Home & Garden > Lighting,Light', ['Home & Garden', 'Lighting']],
    ['gid://shopify/TaxonomyCategory/aa,2956,Light', ['Light']],
    [',,', []],
  ]
  for (const [cells, path] of table) {
    assert.deepEqual((await only(csv(header, `a,A,1,${cells}`))).categoryPath, path)
  }
})

test('feed columns and metafields become attributes, references and app data do not', async () => {
  const product = await only(
    csv(
      'Handle,Title,Price,Material (product.metafields.shop.material),Google Shopping / Gender,' +
        'Colour (product.metafields.shopify.color-pattern),Fit (product.metafields.custom.fit),' +
        'Rel (product.metafields.shopify--discovery--x.related),(product.metafields.my.season)',
      `a,A,1,Wool,female,black; white,"[""slim"",""regular""]",b,gid://shopify/Metaobject/1`,
    ),
  )
  assert.deepEqual(
    product.attributes?.map(({ name, value }) => `${name}=${value}`),
    ['Colour=black', 'Colour=white', 'Fit=slim', 'Fit=regular', 'Gender=female', 'Material=Wool'],
  )
})

test('a failing source fails the reading and is not taken for the end of the file', async () => {
  async function* broken() {
    yield Buffer.from('Handle,Title,Price\na,A,1\n')
    throw new Error('disk gone')
  }
  await assert.rejects(Array.fromAsync(readShopifyCsv(broken())), /disk gone/)
})
