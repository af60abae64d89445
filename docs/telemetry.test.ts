import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Database } from '@rialto/kit/database'
import { measureProcess } from '@rialto/kit/measure-process'
import { measureService } from '@rialto/kit/measure-service'
import '@rialto/kit/measures'
import '@rialto/kit/export-telemetry'
import { type Family, families } from '@rialto/kit/metrics'
import { silent } from '@rialto/kit/telemetry'
import '../services/gateway/caching.ts'
import { createReplyCache } from '../services/gateway/reply-cache.ts'
import { measureKept } from '../services/gateway/trace.ts'
import '../services/gateway/traffic/limits.ts'
import { createShedding } from '../services/gateway/traffic/shed.ts'
import '../services/notifications/mailer.ts'
import '../services/payments/measure-gateway.ts'
import { loadServices, serviceNames } from '../services.ts'

// The table of docs/telemetry.md is what the shop measures, no more and no less.

const table = readFileSync(join(import.meta.dirname, 'telemetry.md'), 'utf8')
const row = /^\| `([a-z_]+)` +\| (\w+) +\| ((?:`[a-z_]+` *)*) *\| ([^|]+) \|$/gm
const listed = new Map(
  [...table.matchAll(row)].map(([, name = '', type = '', labels = '', help = '']) => [
    name,
    { type, labels: labels.split(/[` ]+/).filter(Boolean), help: help.trim() },
  ]),
)

const gauges = (await loadServices(serviceNames)).flatMap((service) => service.gauges)
const pool = { totalCount: 0, idleCount: 0, waitingCount: 0, options: { max: 12 } }
const database = { pool } as unknown as Database
const closing: (() => unknown)[] = [
  measureService({ name: 'things', database, gauges, now: () => new Date() }),
  measureProcess({ name: 'things', version: '1' }),
  measureKept(createReplyCache()),
  createShedding({ bearable: 1, log: silent }).close,
]
const told: readonly Family[] = families()
for (const close of closing) close()

test('every metric stands in the table, with its type and labels, and nothing else does', () => {
  assert.deepEqual(told.map(({ name }) => name).sort(), [...listed.keys()].sort())
  for (const { name, type, labels } of told)
    assert.deepEqual(
      { type: listed.get(name)?.type, labels: listed.get(name)?.labels },
      { type, labels },
      name,
    )
})

test('names are as Prometheus has them', () => {
  for (const { name, type } of told) {
    assert.equal(name.endsWith('_total'), type === 'counter', name)
    assert.match(name, /^(?:rialto|process|nodejs)_[a-z_]+$/)
    if (type === 'histogram') assert.match(name, /_seconds$/)
    assert.doesNotMatch(name, /_(?:ms|milliseconds|minutes|kb|mib)\b/)
  }
})

test('no label tells of a person, an address or a thing', () => {
  const allowed =
    /^(?:service|operation|outcome|problem|status|result|priority|limit|kind|event|message|job|saga|state|quantile|request|level|version|parts)$/
  for (const { name, labels } of told) for (const label of labels) assert.match(label, allowed, name)
})
