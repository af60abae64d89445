import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { isAppCode, openCodes, plainCode } from './codes.ts'
import { codeAt } from './testing.ts'

const codes = openCodes('a secret of the tests, 32 characters', 'The Shop')
const now = new Date('2026-03-01T10:00:00Z')
const sealed = (accountId = newId('cust')) => ({ accountId, secret: codes.newSecret(accountId) })

test('an app that has the secret makes codes that are good for a moment', async () => {
  const of = sealed()
  const { secret, uri } = codes.forApp(of, 'ada@shop.example')
  assert.match(uri, /^otpauth:\/\/totp\/The%20Shop:ada%40shop\.example\?secret=[A-Z2-7]+&issuer=The\+Shop/)
  const step = Math.floor(now.getTime() / 30_000)
  const at = (given: number) => codeAt(secret, new Date(given * 30_000))
  for (const near of [step - 1, step, step + 1])
    assert.equal(await codes.stepOf(of, await at(near), now), near)
  for (const far of [step - 2, step + 2]) assert.equal(await codes.stepOf(of, await at(far), now), undefined)
})

test('a stored secret is of use neither in another row nor with another secret of the shop', async () => {
  const of = sealed()
  assert.throws(() => codes.forApp({ ...of, accountId: newId('cust') }, 'eve'))
  assert.throws(() => openCodes('another secret of the tests, longer', 'The Shop').forApp(of, 'eve'))
})

test('while the secret of the shop is changed, what is sealed with the former one is read, and sealed anew', () => {
  const [former, next] = ['f'.repeat(32), 'n'.repeat(32)]
  const accountId = newId('cust')
  const of = { accountId, secret: openCodes(former, 'x').newSecret(accountId) }
  const changing = openCodes(next, 'x', former)
  const shown = changing.forApp(of, 'ada').secret
  const secret = changing.sealedAnew(of) ?? ''
  assert.equal(openCodes(next, 'x').forApp({ accountId, secret }, 'ada').secret, shown)
  assert.equal(changing.sealedAnew({ accountId, secret }), undefined)
  assert.throws(() => openCodes(next, 'x').sealedAnew(of), /cannot be opened/)
})

test('recovery codes are many, long, and never the same; their hash is of one account', () => {
  const made = codes.newRecoveryCodes()
  assert.equal(new Set(made).size, 10)
  for (const code of made) assert.match(code, /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
  const [one, other] = [newId('cust'), newId('cust')]
  assert.notEqual(codes.recoveryHash(one, 'x'), codes.recoveryHash(other, 'x'))
})

test('codes are read as people type them', () => {
  assert.equal(plainCode(' 123 456 '), '123456')
  assert.equal(plainCode('ABCD-efgh'), 'abcdefgh')
  assert.ok(isAppCode('123456') && !isAppCode('1234567') && !isAppCode('abcdef'))
})

test('a challenge is good for its account, its password, and some minutes', () => {
  const of = { accountId: newId('staff'), of: '$argon2id$one' }
  const challenge = codes.challenge(of, now)
  assert.equal(codes.accountOf(challenge), of.accountId)
  assert.ok(codes.isGood(challenge, of, now))
  assert.ok(!codes.isGood(challenge, { ...of, of: '$argon2id$two' }, now))
  assert.ok(!codes.isGood(challenge, { ...of, accountId: newId('staff') }, now))
  assert.ok(!codes.isGood(challenge, of, new Date(now.getTime() + 600_000)))
  for (const wrong of [
    '',
    'x',
    challenge.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')),
    challenge.replace('.1', '.2'),
  ])
    assert.ok(!codes.isGood(wrong, of, now), wrong)
})
