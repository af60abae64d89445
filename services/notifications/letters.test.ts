import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderLetter, orderPlacedWords, welcomeLetter } from './letters.ts'
import { openTemplates } from './templates.ts'
import { order } from './testing.ts'

const render = openTemplates('The Shop')
const mailOf = (changed: Partial<ReturnType<typeof order>>) => {
  const made = { ...order('A1'), ...changed }
  return render(orderLetter(made, orderPlacedWords(made), 'https://shop.example'))
}

test('amounts are written in the currency of the order', () => {
  assert.match(mailOf({ currency: 'JPY', total: 4090 }).text, /Total: ¥4,090\n/)
  assert.match(mailOf({ currency: 'KWD', total: 4090 }).text, /Total: KWD\s4\.090\n/)
})

test('a mail leads to the order, and a guest also to where orders are found', () => {
  const [customers, guests] = [mailOf({}), mailOf({ ownerId: 'guest_1' })]
  for (const { html, text } of [customers, guests]) {
    assert.ok(html.includes('href="https://shop.example/orders/A1"'))
    assert.ok(text.includes('https://shop.example/orders/A1'))
  }
  assert.ok(!customers.text.includes('/orders/find'))
  assert.ok(guests.text.includes('https://shop.example/orders/find') && guests.html.includes('/orders/find'))
})

test('an order without parcels names no delivery and no address', () => {
  const { text, html } = mailOf({
    shippingAddress: undefined,
    deliveryName: undefined,
    deliveryEarliest: undefined,
    discount: 0,
  })
  assert.doesNotMatch(text + html, /Expected|Torstr|Standard|Discount/)
})

test('every message has the layout of the shop', () => {
  const { html, subject } = mailOf({})
  assert.match(html, /^<!doctype html>[\s\S]*width=device-width[\s\S]*The Shop[\s\S]*<\/html>\s*$/)
  assert.equal(subject, 'Your order R-A1')
})

test('a link in place of a name is not sent to strangers', () => {
  for (const name of ['Win at evil.example', 'https://evil.example', 'a@evil'])
    assert.doesNotMatch(render(welcomeLetter(name, 'https://shop.example')).text, /evil/)
  assert.match(render(welcomeLetter('Ada Lovelace', 'https://shop.example')).text, /Welcome, Ada Lovelace/)
})
