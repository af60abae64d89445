import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings, WrongSettings } from '@rialto/kit/settings'
import { type TrafficSettings, trafficSettings, trustedProxies } from './settings.ts'

const read = (environment: Record<string, string>) =>
  readSettings([trafficSettings], environment) as TrafficSettings

test('no proxy is believed unless it is named', () => {
  assert.deepEqual(trustedProxies(read({})), [])
})

test('proxies are addresses, networks and the three known names', () => {
  const text = 'loopback, 192.0.2.7,10.0.0.0/8,2001:db8::/32'
  assert.deepEqual(trustedProxies(read({ TRUSTED_PROXIES: text })), [
    'loopback',
    '192.0.2.7',
    '10.0.0.0/8',
    '2001:db8::/32',
  ])
})

for (const wrong of ['localhost', '10.0.0.0/33', '10.0.0.0/0', '300.1.1.1', '10.0.0.0/8/8', 'true', '1']) {
  test(`${wrong} is refused as a proxy, by name`, () => {
    const settings = read({ TRUSTED_PROXIES: `192.0.2.7,${wrong}` })
    assert.throws(() => trustedProxies(settings), {
      name: WrongSettings.name,
      message: new RegExp(`TRUSTED_PROXIES has no address in "${wrong}". Give addresses`),
    })
  })
}

test('limits that are none are refused, and a password in an address is not repeated', () => {
  const wrong = {
    RATE_LIMIT_ADDRESS_READS: 'many',
    REQUESTS_AT_ONCE: '0',
    VALKEY_URL: 'http://:swordfish@host',
  }
  assert.throws(
    () => read(wrong),
    ({ message }: Error) =>
      Object.keys(wrong).every((name) => message.includes(name)) && !message.includes('swordfish'),
  )
})
