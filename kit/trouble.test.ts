import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { silent } from './telemetry.ts'
import { troubleWith } from './trouble.ts'

function watched() {
  let time = 0
  const warn = mock.fn()
  const log = Object.assign(Object.create(silent), { warn })
  const trouble = troubleWith(log, { failing: 'it fails', over: 'it works again' }, () => time)
  return {
    trouble,
    wait: (ms: number) => {
      time += ms
    },
    said: () => warn.mock.calls.map((call) => call.arguments),
  }
}

test('what repeats is said once in half a minute, with how often it came', () => {
  const { trouble, wait, said } = watched()
  for (let second = 0; second <= 30; second++) {
    trouble.failed(new Error('away'))
    wait(1_000)
  }
  assert.deepEqual(said(), [
    [{ error: 'Error: away' }, 'it fails'],
    [{ error: 'Error: away', times: 31 }, 'it fails'],
  ])
})

test('another reason is said at once', () => {
  const { trouble, said } = watched()
  trouble.failed(new Error('away'))
  trouble.failed(new Error('the disk is full'))
  assert.deepEqual(said().at(-1), [{ error: 'Error: the disk is full', times: 2 }, 'it fails'])
})

test('its end is said once, and what comes later begins anew', () => {
  const { trouble, said } = watched()
  trouble.works()
  assert.deepEqual(said(), [])
  trouble.failed(new Error('away'))
  trouble.failed(new Error('away'))
  trouble.works()
  trouble.works()
  trouble.failed(new Error('away'))
  assert.deepEqual(said().slice(1), [
    [{ times: 2 }, 'it works again'],
    [{ error: 'Error: away' }, 'it fails'],
  ])
})
