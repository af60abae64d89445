import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSeal } from './seal.ts'

const [former, next] = ['f'.repeat(32), 'n'.repeat(32)]
const sealUnder = (secret: string, more = {}) => openSeal({ purpose: 'tests', secret, ...more })
const text = 'whsec_of_somebody'

test('what is sealed opens under its secret, for its purpose and its owner alone', () => {
  const seal = sealUnder(former)
  const sealed = seal.close(text, 'one')
  assert.equal(seal.open(sealed, 'one'), text)
  assert.ok(!Buffer.from(sealed, 'base64url').includes(text))
  assert.notEqual(seal.close(text, 'one'), sealed)
  assert.throws(() => seal.open(sealed, 'two'), /cannot be opened/)
  assert.throws(() => sealUnder(next).open(sealed, 'one'), /cannot be opened/)
  assert.throws(() => sealUnder(former, { purpose: 'others' }).open(sealed, 'one'), /cannot be opened/)
})

test('what was changed, cut or made up does not open', () => {
  const seal = sealUnder(former)
  const sealed = seal.close(text, 'one')
  const other = sealed.startsWith('A') ? 'B' : 'A'
  for (const wrong of ['', 'x', sealed.slice(0, -4), `${other}${sealed.slice(1)}`])
    assert.throws(() => seal.open(wrong, 'one'), /cannot be opened/, wrong)
})

test('while the secret is changed, what is sealed under the former one is opened, and sealed anew', () => {
  const sealed = sealUnder(former).close(text, 'one')
  const changing = sealUnder(next, { otherSecret: former })
  assert.deepEqual([changing.isChanging, sealUnder(next).isChanging], [true, false])
  assert.equal(changing.open(sealed, 'one'), text)
  const anew = changing.anew(sealed, 'one') ?? ''
  assert.equal(sealUnder(next).open(anew, 'one'), text)
  assert.equal(changing.anew(anew, 'one'), undefined)
})
