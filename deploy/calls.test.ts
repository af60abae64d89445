import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readCalls, withCalls } from './calls.ts'
import { projectSource, readImports, type Source } from './imports.ts'

const source = projectSource(`${import.meta.dirname}/..`)
const values = readFileSync(`${import.meta.dirname}/helm/rialto/values.yaml`, 'utf8')
const read = (given: Source) => readCalls(readImports(given), given.read)

test('the chart lets pass what the code asks, and nothing else', async () => {
  assert.equal(values, withCalls(values, await read(source)), 'Run node deploy/calls.ts --write')
})

test('the checkout asks those who hold stock, take money and know prices', async () => {
  const { orders } = await read(source)
  assert.deepEqual(orders, ['cart', 'inventory', 'payments', 'pricing', 'shipping'])
})

test('who only hears of others asks nobody', async () => {
  const calls = await read(source)
  for (const name of ['webhooks', 'payments', 'pricing', 'identity'])
    assert.equal(calls[name], undefined, name)
})

test('a new call is noticed, and so is one that is gone', async () => {
  const file = 'services/pricing/quote-cart.ts'
  const more =
    "import { catalog } from '@rialto/catalog/contract'\nexport const ask = () => call(catalog.getVariant, {})\n"
  const withMore = { ...source, read: (path: string) => source.read(path) + (path === file ? more : '') }
  assert.deepEqual((await read(withMore)).pricing, ['catalog'])
  const without = {
    ...source,
    read: (path: string) => source.read(path).replaceAll(/\bidentity\.(?=issueLink|listStaffToTell)/g, ''),
  }
  assert.equal((await read(without)).notifications, undefined)
})

test('values without a place for calls are refused', () => {
  assert.throws(() => withCalls('services: {}\n', {}), /no place for calls/)
})
