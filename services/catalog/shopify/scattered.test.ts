import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { findScattered, readShopifyCsv } from './csv.ts'

const file = (...rows: string[]) => Readable.from([Buffer.from(`Handle,Title,Price\n${rows.join('\n')}\n`)])

test('rows of a handle that stand apart are found, whatever is between them', async () => {
  const rows = ['a,A,1', 'a,,2', ',,3', 'b,B,1', '', 'A,,4', 'c,C,1', 'a,,5', 'b,,6']
  assert.deepEqual(
    await findScattered(file(...rows)),
    new Map([
      ['a', [2, 7, 9]],
      ['b', [5, 10]],
    ]),
  )
})

test('a product whose rows stand apart is refused whole, once at each place, and the others come in', async () => {
  const rows = ['a,A,1', 'b,B,1', 'a,,2', 'c,C,1']
  const scattered = await findScattered(file(...rows))
  const results = await Array.fromAsync(readShopifyCsv(file(...rows), { scattered }))
  assert.deepEqual(
    results.map((result) =>
      'product' in result ? result.product.handle : result.refused.map(({ row }) => row),
    ),
    [[2], 'b', [4], 'c'],
  )
  const [first] = results
  assert.ok(first && 'refused' in first)
  assert.equal(first.refused[0]?.reason, 'The rows of "a" stand apart, in rows 2, 4. Put them together.')
})

test('a stream that cannot be read twice refuses at least what comes again', async () => {
  const results = await Array.fromAsync(readShopifyCsv(file('a,A,1', 'b,B,1', 'A,Again,1')))
  const third = results[2]
  assert.ok(results.length === 3 && third && 'refused' in third)
  assert.match(third.refused[0]?.reason ?? '', /in row 2 already/)
})

test('a file without handles has none that stand apart', async () => {
  assert.equal((await findScattered(Readable.from([Buffer.from('Name\na\nb\na\n')]))).size, 0)
  assert.equal((await findScattered(Readable.from([]))).size, 0)
})
