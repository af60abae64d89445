import assert from 'node:assert/strict'
import { test } from 'node:test'
import { among, countedAddress } from './address.ts'

const counted = [
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1::9:0:0:1', '2001:db8:1:0::/64'],
  ['::2', '0:0:0:0::/64'],
  ['no address', 'unknown'],
  ['', 'unknown'],
  ['127.0.0.1', undefined],
  ['::1', undefined],
  ['::ffff:10.1.2.3', undefined],
  ['172.16.0.1', undefined],
  ['192.168.1.1', undefined],
  ['fd00::1', undefined],
  ['fe80::1%eth0', undefined],
  ['172.32.0.1', '172.32.0.1'],
] as const
for (const [ip, as] of counted) {
  test(`${ip || 'nothing'} is counted as ${as ?? 'nobody'}`, () => assert.equal(countedAddress(ip), as))
}

test('an address is found among addresses and networks', () => {
  const isProxy = among(['loopback', '192.0.2.7', '198.51.100.0/24', '2001:db8::/32'])
  const found = ['192.0.2.7', '198.51.100.200', '::ffff:192.0.2.7', '2001:db8:1::1']
  assert.deepEqual(found.map(isProxy), [true, true, true, true])
  assert.deepEqual(['192.0.2.8', '198.51.101.1', '2001:db9::1', 'x'].map(isProxy), [
    false,
    false,
    false,
    false,
  ])
})
