import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isAllowed, listOf } from './networks.ts'

const none = listOf('')

const refused = [
  ...[
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
  ],
  ...[
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.7',
  ],
  ...['203.0.113.9', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255', '168.63.129.16'],
  ...[
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
  ],
  ...[
    '2001::1',
    '2002:7f00:1::',
    '3fff::1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
  ],
  ...['::ffff:8.8.8.8', '::7f00:1', '100::1', 'localhost', '', '1.2.3', '2130706433', '8.8.8.8/8'],
]
const allowed = [
  '8.8.8.8',
  '93.184.216.34',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '2a00:1450:4001::200e',
]

test('what is inside the network, or no address, is refused', () => {
  for (const address of refused) assert.equal(isAllowed(address, none), false, address)
})

test('public addresses are allowed', () => {
  for (const address of allowed) assert.equal(isAllowed(address, none), true, address)
})

test('of a network inside that is allowed, every address is, and none beside it', () => {
  const inside = listOf('10.1.0.0/16, fd00::/8')
  const octet = fc.nat(255)
  fc.assert(
    fc.property(octet, octet, octet, (second, third, fourth) => {
      assert.equal(isAllowed(`10.${second}.${third}.${fourth}`, inside), second === 1)
    }),
  )
  assert.ok(isAllowed('fd12::1', inside) && !isAllowed('fc12::1', inside) && !isAllowed('127.0.0.1', inside))
})

test('no IPv4 address gets around the refusal by being written as IPv6', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
      const pair = (high: number, low: number) => ((high << 8) | low).toString(16)
      const tail = `${pair(a, b)}:${pair(c, d)}`
      for (const disguise of [
        `::ffff:${address}`,
        `::ffff:${tail}`,
        `::${tail}`,
        `64:ff9b::${tail}`,
        `2002:${tail}::1`,
      ])
        assert.equal(isAllowed(disguise, none), false, disguise)
    }),
  )
})

test('a list of networks that cannot be read is refused by name', () => {
  for (const wrong of ['10.0.0.0/33', '10.0.0/8', 'fd00::/129', '10.0.0.0/8/8', '10.0.0.0/', 'here'])
    assert.throws(() => listOf(wrong), new RegExp(`^Error: ${wrong} is no network`), wrong)
})
