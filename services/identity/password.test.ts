import assert from 'node:assert/strict'
import { test } from 'node:test'
import { is, tooManyRequests } from '@rialto/kit/problem'
import { atMost, hashPassword, verifyPassword } from './password.ts'

test('a password is kept as argon2id with the cost that OWASP asks for', async () => {
  assert.match(
    await hashPassword('correct horse'),
    /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/,
  )
})

test('the same password has another hash each time, and each proves it', async () => {
  const hashes = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')])
  assert.notEqual(hashes[0], hashes[1])
  for (const hash of hashes) {
    assert.equal(await verifyPassword({ hash, password: 'correct horse' }), true)
    assert.equal(await verifyPassword({ hash, password: 'correct  horse' }), false)
  }
})

test('a password counts as the same in every encoding of its characters', async () => {
  const hash = await hashPassword('caf\u00e9 au lait')
  assert.equal(await verifyPassword({ hash, password: 'cafe\u0301 au lait' }), true)
})

test('a hash of another kind is not taken for a wrong password', async () => {
  await assert.rejects(verifyPassword({ hash: 'plain', password: 'plain' }), /argon2id/)
})

test('passwords are worked on a few at a time, some wait, more are refused', async () => {
  const inTurn = atMost({ running: 1, waiting: 1 })
  const first = Promise.withResolvers<string>()
  const order: string[] = []
  const work = (name: string, until: Promise<unknown>) => inTurn(() => until.then(() => order.push(name)))
  const running = work('first', first.promise)
  const waiting = work('second', Promise.resolve())
  await assert.rejects(work('third', Promise.resolve()), (error) => is(error, tooManyRequests))
  first.resolve('done')
  await Promise.all([running, waiting])
  await work('fourth', Promise.resolve())
  assert.deepEqual(order, ['first', 'second', 'fourth'])
})

test('work that fails gives its place to the next', async () => {
  const inTurn = atMost({ running: 1, waiting: 0 })
  await assert.rejects(
    inTurn(() => Promise.reject(new Error('broken'))),
    /broken/,
  )
  assert.equal(await inTurn(async () => 'works'), 'works')
})
