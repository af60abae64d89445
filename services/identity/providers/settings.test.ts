import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readProviders } from './settings.ts'

const google = {
  id: 'google',
  name: 'Google',
  issuer: 'https://accounts.google.com',
  clientId: 'the-shop',
  clientSecret: 'do not tell',
}
const read = (given: unknown, isProduction = true) => readProviders(JSON.stringify(given), isProduction)

test('providers are read from the setting; without it there are none', () => {
  assert.deepEqual(readProviders('[]', true), [])
  assert.deepEqual(read([google]), [google])
})

test('a wrong setting names the fault and the fix, and repeats no secret', () => {
  const { clientId: _, ...nameless } = google
  const faults: [string, () => unknown, RegExp][] = [
    ['no JSON', () => readProviders('{do not tell', true), /no JSON/],
    ['no list', () => read(google), /providers must be array/],
    ['a field is missing', () => read([nameless]), /clientId/],
    ['a field is unknown', () => read([{ ...google, secret: 'do not tell' }]), /secret/],
    ['an odd id', () => read([{ ...google, id: '../x' }]), /id/],
    ['two of one id', () => read([google, google]), /same id/],
    ['two of one issuer', () => read([google, { ...google, id: 'other' }]), /same issuer/],
    ['too many', () => read(Array.from({ length: 6 }, () => google)), /at most 5/],
    ['a plain line', () => read([{ ...google, issuer: 'http://accounts.example' }]), /https/],
  ]
  for (const [what, wrong, says] of faults)
    assert.throws(wrong, ({ message }: Error) => {
      assert.match(message, says, what)
      assert.match(message, /Give up to 5 providers/)
      assert.doesNotMatch(message, /do not tell/)
      return true
    })
  assert.equal(read([{ ...google, issuer: 'http://localhost:9000' }], false).length, 1)
})
