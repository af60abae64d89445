import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '@rialto/kit/database'
import { readSettings } from '@rialto/kit/settings'
import { silent } from '@rialto/kit/telemetry'
import { config, openOwn } from './own.ts'

function opened(environment: Record<string, string>) {
  const settings = readSettings([{ config }], environment) as Parameters<typeof openOwn>[0]['config']
  const warnings: string[] = []
  const log = Object.assign(silent.child({}), { warn: (text: string) => void warnings.push(text) })
  return { own: openOwn({ config: settings, database: {} as Database, log }), warnings }
}

const shopSecret = 'a secret of the shop with enough characters'

test('in production webhooks are signed with a secret of the shop, and test cards are warned of', () => {
  const production = { NODE_ENV: 'production' }
  assert.throws(() => opened(production), /SANDBOX_WEBHOOK_SECRET/)
  const first = opened({ ...production, RIALTO_SECRET: shopSecret })
  const second = opened({ ...production, RIALTO_SECRET: shopSecret })
  assert.equal(first.own.sandboxSecret, second.own.sandboxSecret)
  assert.notEqual(first.own.sandboxSecret, shopSecret)
  assert.match(first.warnings.join(), /test cards/)
})

test('while developing a secret is made up, and nothing is warned of', () => {
  const { own, warnings } = opened({})
  assert.ok((own.sandboxSecret?.length ?? 0) >= 32)
  assert.deepEqual(warnings, [])
})

test('a sandbox that is switched off needs no secret', () => {
  const { own } = opened({ NODE_ENV: 'production', SANDBOX_GATEWAY: 'false' })
  assert.deepEqual(own.gateways, {})
})
