import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openDatabase } from '@rialto/kit/database'
import { startThrowawayPostgres } from '@rialto/kit/postgres'

const postgres = await startThrowawayPostgres()
after(() => postgres.stop())

const program = join(import.meta.dirname, 'image/migrate.ts')
const migrate = (words: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [program, ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  })

test('an empty server gets the database of the service with the newest schema, and a repeat changes nothing', async () => {
  const url = new URL(postgres.adminUrl)
  Object.assign(url, { username: 'cart', password: 'secret', pathname: '/cart' })
  const env = { CART_DATABASE_URL: url.href, ADMIN_DATABASE_URL: postgres.adminUrl }
  for (const _ of ['first', 'again']) {
    const { status, stdout, stderr } = migrate(['cart'], env)
    assert.equal(stderr, '')
    assert.equal(status, 0)
    assert.match(stdout, /The database of cart has the newest schema/)
  }
  const database = openDatabase({ url: url.href, poolSize: 1 })
  const found = await database.row<{ count: number }>`
    select count(*)::int as count from rialto.migrations where name like 'service/%'`
  await database.close()
  assert.ok(found && found.count > 0)
})

test('what is no service, and a database nobody named, are told', () => {
  assert.equal(migrate(['carts']).status, 2)
  const { status, stderr } = migrate(['cart'])
  assert.equal(status, 1)
  assert.match(stderr, /CART_DATABASE_URL is missing/)
})
