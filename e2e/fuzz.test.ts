import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { faultIn, runFuzz } from './fuzz/run-fuzz.ts'
import { type FuzzShop, openFuzzShop } from './fuzz/shop.ts'

// A short run of what `npm run fuzz` does at length.

let shop: FuzzShop
before(async () => {
  shop = await openFuzzShop()
})
after(() => shop?.close())

test('whatever is sent to whatever operation, the shop answers as it should, and its books agree', async () => {
  const { faults, statuses } = await runFuzz({ shop, requests: 4_000, seed: 4 })
  assert.deepEqual(faults, [])
  // It went far inside as well as nowhere.
  for (const status of [200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 415])
    assert.ok(statuses.get(status), `no ${status} among ${[...statuses.keys()]}`)
})

test('it is noticed when an answer is not as it should be', () => {
  const problem = { type: 'application/problem+json', status: 400 }
  const told = (detail: string, status = 400) => JSON.stringify({ code: 'x', title: 'X', detail, status })
  const fault = (answer: object, isRefused = false) =>
    faultIn({ ...problem, body: told('plain'), ...answer }, { method: 'POST' }, isRefused)
  assert.equal(fault({}), undefined)
  assert.match(fault({ status: 500 }) ?? '', /500/)
  assert.match(fault({ type: 'text/html', body: '<h1>' }) ?? '', /no problem/)
  assert.match(fault({ body: told('at work (/srv/kit/http.ts:1:1)') }) ?? '', /inside/)
  assert.match(fault({ status: 200, body: '{}' }, true) ?? '', /nobody may/)
})
