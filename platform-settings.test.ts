import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@rialto/kit/schema'
import { WrongSettings } from '@rialto/kit/settings'
import { databaseSettings, processSettings, refuseKnownSecrets } from './platform-settings.ts'

const password = { config: Type.Object({ RIALTO_ADMIN_PASSWORD: Type.String({ secret: true }) }) }
const declared = [processSettings, databaseSettings(['orders']), password]

test('keys that everybody knows are refused by name, wherever they stand, and none is repeated', () => {
  const known = {
    RIALTO_SECRET: 'development-only-secret-that-everybody-knows',
    ORDERS_DATABASE_URL: 'postgres://orders:development-only-orders@postgres:5432/orders',
    NATS_URL: 'nats://development-only-nats@nats:4222',
    RIALTO_ADMIN_PASSWORD: 'rialto-demo-admin',
  }
  assert.throws(
    () => refuseKnownSecrets(declared, known),
    (error: Error) =>
      error instanceof WrongSettings &&
      Object.keys(known).every((name) => error.message.includes(`${name} is a key for development`)) &&
      !Object.values(known).some((value) => error.message.includes(value)),
  )
})

test('keys of one’s own are taken, and what is no secret may say what it likes', () => {
  const own = { RIALTO_SECRET: 'f'.repeat(64), PUBLIC_URL: 'https://development-only.example' }
  refuseKnownSecrets(declared, own)
})
