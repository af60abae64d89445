import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalBroker } from '@rialto/kit/broker'
import { dropOnEvents } from './caching.ts'
import { createReplyCache } from './reply-cache.ts'

const made = { body: '{}', seconds: 60, tags: ['product:1'] }

test('when events may have passed unheard, nothing that was kept or begun before is served', () => {
  const cache = createReplyCache()
  let missed = () => {}
  dropOnEvents(
    {
      ...createLocalBroker(),
      watch: (_names, _tell, notify = () => {}) => {
        missed = notify
        return () => {}
      },
    },
    cache,
  )
  cache.put('/kept', made, cache.now())
  const begun = cache.now()
  missed()
  assert.equal(cache.get('/kept'), undefined)
  cache.put('/begun', made, begun)
  assert.equal(cache.get('/begun'), undefined)
  cache.put('/fresh', made, cache.now())
  assert.ok(cache.get('/fresh'))
})

test('beyond its time a reply is asked for anew by one at a time, and then it is gone', () => {
  let now = 1_000
  const cache = createReplyCache(() => now)
  const kept = cache.put('/kept', made, cache.now())
  const askers = () => [cache.isDue(kept), cache.isDue(kept), cache.isDue(kept)]
  now += 59_999
  assert.deepEqual(askers(), [false, false, false])
  now += 1
  assert.deepEqual(askers(), [true, false, false])
  // Whoever had to ask has not come back: it is the turn of the next one.
  now += 5_000
  assert.deepEqual(askers(), [true, false, false])
  assert.equal(cache.get('/kept'), kept)
  now += 60_000
  assert.equal(cache.get('/kept'), undefined)
})
