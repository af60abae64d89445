import assert from 'node:assert/strict'
import { test } from 'node:test'
import { told } from './person.ts'

test('only a plain true says that an e-mail is confirmed', () => {
  for (const no of [undefined, null, false, 'true', 1, {}])
    assert.equal(told({ sub: '1', email: 'ada@shop.example', email_verified: no }).emailVerified, false)
  assert.equal(told({ sub: '1', email: 'ada@shop.example', email_verified: true }).emailVerified, true)
})

test('what is no e-mail and no name is left out', () => {
  for (const no of [
    undefined,
    7,
    '',
    'ada',
    'a@b c',
    '@shop.example',
    'ada@',
    'a\0@shop.example',
    'x'.repeat(300),
  ])
    assert.equal(told({ sub: '1', email: no }).email, undefined)
  for (const no of [undefined, 7, '', '  ']) assert.equal(told({ sub: '1', name: no }).name, undefined)
  assert.equal(told({ sub: '1', name: ` ${'x'.repeat(300)}` }).name?.length, 100)
})
