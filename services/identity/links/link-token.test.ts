import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { openLinkTokens } from './link-token.ts'

const tokens = openLinkTokens('a secret of the tests, 32 characters')

test('a token is read as its link, and is the same each time it is made', () => {
  const id = newId('link')
  assert.equal(tokens.read(tokens.make(id)), id)
  assert.equal(tokens.make(id), tokens.make(id))
})

test('while the secret is changed, the links of both are good', () => {
  const id = newId('link')
  const [former, next] = ['f'.repeat(32), 'n'.repeat(32)]
  const changing = openLinkTokens(next, former)
  assert.equal(changing.read(openLinkTokens(former).make(id)), id)
  assert.equal(openLinkTokens(next).read(changing.make(id)), id)
  assert.equal(openLinkTokens(former).read(changing.make(id)), undefined)
})

test('a token has one spelling', () => {
  const token = tokens.make(newId('link'))
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const read = [...alphabet].filter((last) => tokens.read(token.slice(0, -1) + last) !== undefined)
  assert.deepEqual(read, [token.at(-1)])
})

test('a token that was changed, cut, made for another link or with another secret is none', () => {
  const [id, other] = [newId('link'), newId('link')]
  const token = tokens.make(id)
  const strange = openLinkTokens('another secret of the tests, longer').make(id)
  const moved = `${other}.${token.split('.')[1]}`
  for (const wrong of ['', id, `${id}.`, token.slice(0, -1), `${token}x`, moved, strange, `${token}\n`])
    assert.equal(tokens.read(wrong), undefined, wrong)
})
