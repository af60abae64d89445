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
