import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '@rialto/kit/settings'
import { silent } from '@rialto/kit/telemetry'
import { type Config, config, openOwn } from './own.ts'

const RIALTO_SECRET = 'x'.repeat(32)
const opened = (environment: Record<string, string>) => {
  const settings = readSettings([{ config }], environment) as Config
  return openOwn({ config: settings, database: undefined as never, log: silent })
}

test('without the secret of the shop no secret is kept', () => {
  assert.throws(() => opened({}), /RIALTO_SECRET is required/)
  assert.ok(opened({ RIALTO_SECRET }))
})

test('wrong settings are named, with their fix', () => {
  const wrong = (more: Record<string, string>) => () => opened({ RIALTO_SECRET, ...more })
  assert.throws(
    wrong({ WEBHOOK_INTERNAL_NETWORKS: '10.0.0.0/40' }),
    /WEBHOOK_INTERNAL_NETWORKS .*10\.0\.0\.0\/40/s,
  )
  assert.throws(wrong({ WEBHOOK_INTERNAL_NETWORKS: 'localhost' }), /WEBHOOK_INTERNAL_NETWORKS must match/)
  assert.throws(wrong({ WEBHOOK_TIMEOUT_MS: '5' }), /WEBHOOK_TIMEOUT_MS must be >= 100/)
})
