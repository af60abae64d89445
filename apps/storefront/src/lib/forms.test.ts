import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localPath } from './forms.ts'

test('a way on that somebody gave stays in the shop', () => {
  for (const path of ['/', '/cart', '/orders/ord_1?x=1#y', '/search?q=a//b'])
    assert.equal(localPath(path), path)
  const elsewhere = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'evil.example',
    '',
    null,
    undefined,
  ]
  for (const path of elsewhere) {
    const led = localPath(path)
    const host = led === undefined ? undefined : new URL(led, 'https://shop.example').host
    assert.ok(led === undefined || host === 'shop.example', `${path} leads to ${host}`)
  }
})
