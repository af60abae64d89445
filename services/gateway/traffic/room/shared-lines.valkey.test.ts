import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { silent } from '@rialto/kit/telemetry'
import { until } from '@rialto/kit/until'
import { startTestValkey, type TestValkey } from '../testing-valkey.ts'
import { ahead, type Room } from './line.ts'
import type { Lines } from './lines.ts'
import { sharedLines } from './shared-lines.ts'

// Two gateways with one line at a real server.

let valkey: TestValkey
let gateways: Lines[]
before(async () => {
  valkey = await startTestValkey()
  gateways = await Promise.all([1, 2].map(() => sharedLines({ url: valkey.url, log: silent })))
})
after(async () => {
  for (const each of gateways) each.close()
  await valkey.stop()
})

const roomOf = (id: string, opensInMs: number): Room => ({
  id,
  waitsFrom: 0,
  opensAt: Date.now() + opensInMs,
  endsAt: Date.now() + 3_600_000,
  perMinute: 1,
  passMs: 60_000,
})
const stand = (room: Room, gateway: number, whose: string) =>
  until('the server answers', async () => {
    try {
      return await (gateways[gateway] as Lines).stand(room, whose)
    } catch {
      return undefined
    }
  })

test('places of two gateways are of one line, and each visitor has one', async () => {
  const room = roomOf('early', 60_000)
  const names = Array.from({ length: 20 }, (_, index) => `guest_${index}`)
  const places = await Promise.all(names.map((name, index) => stand(room, index % 2, name)))
  assert.equal(new Set(places.map(({ number }) => number)).size, 20)
  const again = await Promise.all(names.map((name, index) => stand(room, (index + 1) % 2, name)))
  assert.deepEqual(
    again.map(({ number }) => number),
    places.map(({ number }) => number),
  )
  const { line } = await stand(room, 0, 'guest_0')
  assert.deepEqual([line.given, line.early, line.front], [20, 20, 0])
})

test('who is let in by one gateway is in at the other; the next ones wait', async () => {
  const room = roomOf('open', -60_000)
  const first = await stand(room, 0, 'guest_a')
  assert.equal(ahead(first.number, first.line, room, ''), 0)
  const since = await gateways[0]?.letIn(room, 'guest_a')
  assert.equal((await stand(room, 1, 'guest_a')).inSince, since)
  const second = await stand(room, 1, 'guest_b')
  assert.equal(ahead(second.number, second.line, room, ''), 1)
})
