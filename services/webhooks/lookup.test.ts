import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guardedLookup, RefusedAddress, type Resolve } from './lookup.ts'
import { listOf } from './networks.ts'

const none = listOf('')

function look(resolve: Resolve, all: boolean, inside = none, host = 'erp.example'): Promise<unknown> {
  return new Promise((found, failed) => {
    guardedLookup(inside, resolve)(host, { all }, (error, address, family) => {
      if (error) failed(error)
      else found(all ? address : [address, family])
    })
  })
}

test('a name leads to its addresses, in both forms in which connections ask', async () => {
  const resolve = async () => ['93.184.216.34', '2606:4700::1111']
  assert.deepEqual(await look(resolve, false), ['93.184.216.34', 4])
  assert.deepEqual(await look(resolve, true), [
    { address: '93.184.216.34', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ])
})

test('a name with an address inside is refused, whatever else it has', async () => {
  for (const inside of ['127.0.0.1', '10.0.0.7', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.7'])
    for (const all of [true, false])
      await assert.rejects(
        look(async () => ['93.184.216.34', inside], all),
        RefusedAddress,
        inside,
      )
})

test('a name that leads elsewhere the second time is checked the second time', async () => {
  const answers = [['93.184.216.34'], ['127.0.0.1']]
  const resolve = async () => answers.shift() ?? []
  assert.deepEqual(await look(resolve, false), ['93.184.216.34', 4])
  await assert.rejects(look(resolve, false), RefusedAddress)
})

test('localhost is this machine, whatever DNS says', async () => {
  const resolve = async () => ['93.184.216.34']
  await assert.rejects(look(resolve, false, none, 'localhost'), RefusedAddress)
  assert.deepEqual(await look(resolve, false, listOf('127.0.0.1'), 'localhost'), ['127.0.0.1', 4])
})

test('a name without addresses, or that nobody knows, is an error of its own', async () => {
  await assert.rejects(
    look(async () => [], true),
    { code: 'ENOTFOUND' },
  )
  const unknown = Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' })
  await assert.rejects(
    look(() => Promise.reject(unknown), true),
    { code: 'ENOTFOUND' },
  )
})
