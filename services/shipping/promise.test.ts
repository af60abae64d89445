import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { promise } from './promise.ts'

const pace = { cutOffHour: 14, handlingDays: 0, transitDaysMin: 1, transitDaysMax: 2 }
const promised = (now: string, more = {}) => {
  const { earliest, latest } = promise({ ...pace, ...more }, new Date(now))
  return [earliest, latest]
}

test('a parcel ordered before the cut-off leaves on the same day', () => {
  assert.deepEqual(promised('2026-06-15T13:59:59Z'), ['2026-06-16', '2026-06-17'])
})

test('a parcel ordered from the cut-off on leaves a day later', () => {
  assert.deepEqual(promised('2026-06-15T14:00:00Z'), ['2026-06-17', '2026-06-18'])
})

test('nothing moves on weekends', () => {
  const [thursday, fridayLate, saturday, sunday] = [18, 19, 20, 21].map((day) => `2026-06-${day}T14:00:00Z`)
  assert.deepEqual(promised(String(thursday)), ['2026-06-22', '2026-06-23'])
  for (const late of [fridayLate, saturday, sunday]) {
    assert.deepEqual(promised(String(late)), ['2026-06-23', '2026-06-24'])
  }
})

test('handling and transit add up over months', () => {
  const slow = { handlingDays: 10, transitDaysMin: 20, transitDaysMax: 25 }
  assert.deepEqual(promised('2026-12-15T09:00:00Z', slow), ['2027-01-26', '2027-02-02'])
  assert.deepEqual(promised('2026-06-15T09:00:00Z', { transitDaysMin: 0, transitDaysMax: 0 }), [
    '2026-06-15',
    '2026-06-15',
  ])
})

test('a promised day is a working day, never in the past, and first comes before last', () => {
  const days = fc.integer({ min: 0, max: 60 })
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
      fc.record({ cutOffHour: fc.integer({ min: 0, max: 23 }), handlingDays: days, transitDaysMin: days }),
      days,
      (now, some, more) => {
        const { earliest, latest } = promise({ ...some, transitDaysMax: some.transitDaysMin + more }, now)
        for (const day of [earliest, latest]) {
          assert.ok(Temporal.PlainDate.from(day).dayOfWeek <= 5)
          assert.ok(day >= now.toISOString().slice(0, 10))
        }
        assert.ok(earliest <= latest)
      },
    ),
  )
})
