import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dieAtEach, dieUnaided, findPoints, knownPoints } from './crash-points.ts'
import { type MortalShop, openMortalShop } from './mortal-shop.ts'
import { stories } from './stories.ts'

// The process dies at every commit, every call and its answer, every request to a payment gateway and its answer,
// every event published and every acknowledgement, one run each. Nothing of it goes on; a new process finds its
// databases, and the watchdogs do the rest.

let shop: MortalShop
before(async () => {
  shop = await openMortalShop()
})
after(() => shop?.close())

const known = knownPoints()

test('a death is noticed as long as nobody recovers from it', async () => {
  for (const story of stories) {
    const points = known[story.name] ?? []
    // At the first point nothing may have been written down yet, at the last all may be done.
    const wrong = await dieUnaided(shop, story, points[Math.floor(points.length / 2)] ?? '')
    assert.ok(wrong.length > 0, story.name)
  }
})

for (const story of stories) {
  test(`a ${story.name} comes to the points that are known, and to no others`, async () => {
    const found = await findPoints(shop, story)
    const listed = known[story.name] ?? []
    const hint = 'Look at what is new, then accept it: node launch.mjs e2e/faults/accept-points.ts'
    assert.deepEqual({ unknown: found.filter((point) => !listed.includes(point)) }, { unknown: [] }, hint)
    assert.deepEqual({ gone: listed.filter((point) => !found.includes(point)) }, { gone: [] }, hint)
  })

  test(`a ${story.name} survives that the process dies, at whatever point`, async (t) => {
    const points = known[story.name] ?? []
    const fates = await dieAtEach(shop, story, points)
    const lost = fates.filter(({ wrong }) => wrong.length > 0)
    t.diagnostic(`${story.name}: ${points.length} points, ${points.length - lost.length} survived`)
    assert.deepEqual(lost, [])
  })
}
