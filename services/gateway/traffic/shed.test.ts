import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from '@rialto/kit/contract'
import { priorityOfOperation, priorityOfPage } from './shed.ts'

const stranger = { isKnown: false, isCrawler: false }
const known = { isKnown: true, isCrawler: false }
const crawler = { isKnown: false, isCrawler: true }

const operation = (spec: Partial<Operation>) => ({ method: 'GET', access: 'anyone', ...spec }) as Operation

const cases = [
  ['paying', operation({ method: 'POST', access: 'shopper', urgent: true }), stranger, 'buying'],
  ['signing in', operation({ method: 'POST', limit: 'auth' }), stranger, 'shopping'],
  ['changing a cart', operation({ method: 'POST', access: 'shopper' }), known, 'shopping'],
  ['filling a first cart', operation({ method: 'POST', access: 'shopper' }), stranger, 'entering'],
  ['looking at one’s order', operation({ access: ['owner', 'staff:orders'] }), known, 'owning'],
  ['looking at a product', operation({ access: ['anyone', 'staff:catalog'] }), known, 'browsing'],
  ['a crawler that looks at a product', operation({}), crawler, 'crawling'],
  [
    'a file of products',
    operation({ method: 'POST', body: { raw: 'text/csv', maxBytes: 1 } }),
    known,
    'browsing',
  ],
] as const
for (const [what, asked, about, priority] of cases) {
  test(`${what} is ${priority}`, () => assert.equal(priorityOfOperation(asked, about), priority))
}

const pages = [
  ['GET', stranger, 'browsing'],
  ['HEAD', crawler, 'crawling'],
  ['GET', known, 'owning'],
  ['POST', known, 'shopping'],
  ['POST', stranger, 'entering'],
] as const
for (const [method, about, priority] of pages) {
  test(`${method} of a page by ${about.isKnown ? 'a shopper' : 'somebody unknown'} is ${priority}`, () => {
    assert.equal(priorityOfPage(method, about), priority)
  })
}
