import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dieAtEach, dieUnaided, findPoints, knownPoints } from './crash-points.ts'
import { type MortalShop, openMortalShop } from './mortal-shop.ts'
import { type StoryName, stories } from './stories.ts'

/**
 * Proves that a story survives. The process dies at every commit, every call and its answer, every request to a
 * payment gateway and its answer, every event published and every acknowledgement, one run each. Nothing of it goes
 * on; a new process finds its databases, and the watchdogs do the rest.
 */
export function proveStory(name: StoryName): void {
  const story = { name, begin: stories[name] }
  const known = knownPoints()[name] ?? []
  let shop: MortalShop
  before(async () => {
    shop = await openMortalShop()
  })
  after(() => shop?.close())

  test(`a death in a ${name} is noticed as long as nobody recovers from it`, async () => {
    // At the first point nothing may have been written down yet, at the last all may be done.
    const wrong = await dieUnaided(shop, story, known[Math.floor(known.length / 2)] ?? '')
    assert.ok(wrong.length > 0)
  })

  test(`a ${name} comes to the points that are known, and to no others`, async () => {
    const found = await findPoints(shop, story)
    const hint = 'Look at what is new, then accept it: node launch.mjs e2e/faults/accept-points.ts'
    assert.deepEqual({ unknown: found.filter((point) => !known.includes(point)) }, { unknown: [] }, hint)
    assert.deepEqual({ gone: known.filter((point) => !found.includes(point)) }, { gone: [] }, hint)
  })

  test(`a ${name} survives that the process dies, at whatever point`, async (t) => {
    const fates = await dieAtEach(shop, story, known)
    const lost = fates.filter(({ wrong }) => wrong.length > 0)
    t.diagnostic(`${name}: ${known.length} points, ${known.length - lost.length} survived`)
    assert.deepEqual(lost, [])
  })
}
