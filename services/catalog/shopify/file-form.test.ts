import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { readShopifyCsv } from './csv.ts'

async function read(bytes: Buffer, chunkBytes = 1 << 20) {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes))
  return Array.fromAsync(readShopifyCsv(Readable.from(chunks)))
}

async function reasons(bytes: Buffer): Promise<string[]> {
  return (await read(bytes)).flatMap((result) =>
    'refused' in result ? result.refused.map((p) => p.reason) : [],
  )
}

const table = (mark: string) =>
  [
    ['Handle', 'Title', 'Price'],
    ['a', 'Größe 🍓', '"19,90"'],
    ['b', 'Zwei', '5'],
  ]
    .map((row) => row.join(mark))
    .join('\r\n')

const utf16 = (text: string) => Buffer.from(text, 'utf16le')
const forms: readonly (readonly [string, Buffer])[] = [
  ['commas', Buffer.from(table(','))],
  ['semicolons', Buffer.from(table(';'))],
  ['tabs', Buffer.from(table('\t'))],
  [
    'quoted names',
    Buffer.from(
      table(';').replace('Handle;Title', '"Handle";"Title, as shown"').replace('Title, as shown', 'Title'),
    ),
  ],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${table(',')}`)],
  ['UTF-16 with a mark', utf16(`\uFEFF${table('\t')}`)],
  ['UTF-16 without a mark', utf16(table(','))],
  ['big-endian UTF-16', utf16(`\uFEFF${table(';')}`).swap16()],
]
for (const [form, bytes] of forms) {
  test(`a table saved with ${form} is read as it is, however it is cut`, async () => {
    for (const chunkBytes of [1, 3, 1000]) {
      const results = await read(bytes, chunkBytes)
      const products = results.map((result) => 'product' in result && result.product)
      assert.deepEqual(
        products.map((product) => product && [product.handle, product.title, product.variants[0]?.price]),
        [
          ['a', 'Größe 🍓', 1990],
          ['b', 'Zwei', 500],
        ],
      )
    }
  })
}

test('letters of an older encoding cannot be told for sure, so the row says what to do', async () => {
  const [reason] = await reasons(Buffer.from('Handle,Title\na,Größe\n', 'latin1'))
  assert.match(reason ?? '', /not UTF-8\. Save it as "CSV UTF-8"/)
})

test('a spreadsheet is told from a table', async () => {
  assert.match((await reasons(Buffer.from('PK\x03\x04rest')))[0] ?? '', /a spreadsheet/)
})
