import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressFault } from './address.ts'
import { listOf } from './networks.ts'

const production = { plain: false, inside: listOf('') }
const development = { plain: true, inside: listOf('127.0.0.1') }

test('an address says what is wrong with it', () => {
  const cases: [string, RegExp][] = [
    ['http://erp.example/', /begin with https/],
    ['ftp://erp.example/', /such as https/],
    ['https://', /such as https/],
    ['https://user@erp.example/', /user or password/],
    ['https://:word@erp.example/', /user or password/],
    ['https://erp.example/#part', /fragment/],
    ['https://erp.example/#', /fragment/],
    ['https://erp.example:22/', /port 22/],
    ['https://erp.example:80808/', /such as https/],
    ['https://erp.example:6000/', /port 6000/],
    ['https://localhost/', /network of the shop/],
    ['https://erp.localhost./', /network of the shop/],
    ['https://127.0.0.1/', /network of the shop/],
    ['https://0x7f.1/', /network of the shop/],
    ['https://2130706433/', /network of the shop/],
    ['https://017700000001/', /network of the shop/],
    ['https://127.1/', /network of the shop/],
    ['https://１２７.0.0.1/', /network of the shop/],
    ['https://[::1]/', /network of the shop/],
    ['https://[::ffff:169.254.169.254]/', /network of the shop/],
    ['https://[fd00:ec2::254]/', /network of the shop/],
    ['https://169.254.169.254/latest/meta-data', /network of the shop/],
  ]
  for (const [url, fault] of cases) assert.match(addressFault(url, production) ?? '', fault, url)
})

test('a plain address outside is fine, also with a port of its own and a query', () => {
  for (const url of ['https://erp.example/hooks', 'https://erp.example:8443/?a=b', 'https://8.8.8.8/'])
    assert.equal(addressFault(url, production), undefined, url)
})

test('in development plain connections are allowed, and this machine where the setting names it', () => {
  for (const url of ['http://localhost:4000/', 'http://127.0.0.1:4000/', 'http://erp.example/'])
    assert.equal(addressFault(url, development), undefined, url)
  assert.match(addressFault('http://10.0.0.1/', development) ?? '', /network of the shop/)
})

test('whatever is given as an address is allowed or refused, and nothing else happens', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.webUrl({ size: 'xsmall' }),
    fc.string().map((text) => `https://${text}`),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const fault = addressFault(text, production)
      if (fault === undefined) assert.equal(new URL(text).protocol, 'https:')
    }),
  )
})
