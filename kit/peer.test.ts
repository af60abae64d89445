import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPeer } from './peer.ts'
import type { Remote } from './remote.ts'

const urls = ['http://one', 'http://two', 'http://three']

function openPeer(busy: Record<string, number> = {}) {
  const closed: string[] = []
  let time = 0
  const connect = (url: string): Remote => ({
    url,
    outstanding: busy[url] ?? 0,
    send: async () => undefined,
    close: async () => {
      closed.push(url)
    },
  })
  const peer = createPeer({ sign: async () => '', now: () => time, connect })
  peer.update(urls)
  const picks = (count = 300) => new Set(Array.from({ length: count }, () => peer.pick(new Set())?.url))
  return { peer, picks, closed, pass: (ms: number) => (time += ms) }
}

test('all instances get work, the busiest none', () => {
  assert.equal(openPeer().picks().size, 3)
  const { picks } = openPeer({ 'http://one': 5, 'http://two': 1, 'http://three': 2 })
  assert.deepEqual([...picks()].sort(), ['http://three', 'http://two'])
})

test('one that was tried or cannot be reached is left alone, the latter for a second', () => {
  const { peer, picks, pass } = openPeer()
  assert.equal(peer.pick(new Set(['http://one', 'http://two']))?.url, 'http://three')
  peer.avoid('http://one')
  assert.ok(!picks().has('http://one'))
  for (const url of urls) peer.avoid(url)
  assert.equal(peer.pick(new Set()), undefined)
  pass(1_000)
  assert.equal(picks().size, 3)
})

test('one that does not know an operation is not asked for it again for a while, and for others at once', () => {
  const { peer, picks, pass } = openPeer()
  const asked = () => new Set(Array.from({ length: 300 }, () => peer.pick(new Set(), 'newest')?.url))
  peer.avoid('http://one', 'newest')
  assert.ok(!asked().has('http://one'))
  assert.equal(picks().size, 3)
  pass(5_000)
  assert.equal(asked().size, 3)
})

test('a new instance gets work at once, and one that has gone loses its connections', () => {
  const { peer, picks, closed } = openPeer()
  peer.update(['http://two', 'http://four'])
  assert.deepEqual([...picks()].sort(), ['http://four', 'http://two'])
  assert.deepEqual(closed.sort(), ['http://one', 'http://three'])
})

test('where nobody is, nobody is picked', () => {
  const { peer } = openPeer()
  peer.update([])
  assert.equal(peer.pick(new Set()), undefined)
})
