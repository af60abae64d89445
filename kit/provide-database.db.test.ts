import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { startThrowawayPostgres } from './postgres.ts'
import { provideDatabase, WrongAddress } from './provide-database.ts'

const postgres = await startThrowawayPostgres()
after(() => postgres.stop())

/** As a cloud has them: it may make roles and databases, and is no superuser. */
const admin = at('admin', 'secret', 'postgres')
await as(postgres.adminUrl, "CREATE ROLE admin LOGIN CREATEDB CREATEROLE PASSWORD 'secret'")
await as(postgres.adminUrl, 'GRANT CONNECT ON DATABASE postgres TO admin')

test('a service gets its database and role from an administrator who is no superuser, once', async () => {
  const url = at('orders', 'it’s/odd @word', 'orders')
  await provideDatabase(admin, url)
  await as(url, 'CREATE TABLE orders (id int)')
  await provideDatabase(admin, url)
  assert.deepEqual(await as(url, 'SELECT id FROM orders'), [])
})

test('processes that start together make it once', async () => {
  const url = at('cart', 'password', 'cart')
  await Promise.all([1, 2, 3].map(() => provideDatabase(admin, url)))
  assert.deepEqual(await as(url, 'SELECT 1 AS one'), [{ one: 1 }])
})

test('no other service can connect to it', async () => {
  const [own, other] = [at('payments', 'own', 'payments'), at('search', 'other', 'search')]
  await provideDatabase(admin, own)
  await provideDatabase(admin, other)
  await assert.rejects(as(at('search', 'other', 'payments'), 'SELECT 1'), /permission denied for database/)
})

test('what either login makes belongs to the service, so a password can be changed by turns', async () => {
  const url = at('pricing', 'first', 'pricing')
  await provideDatabase(admin, url)
  await as(admin, "ALTER ROLE pricing_clone PASSWORD 'second'")
  const clone = at('pricing_clone', 'second', 'pricing')
  await as(clone, 'CREATE TABLE prices (cents int)')
  await as(url, 'ALTER TABLE prices ADD COLUMN currency text')
  await as(clone, "INSERT INTO prices VALUES (100, 'EUR')")
  assert.deepEqual(await as(url, 'SELECT cents FROM prices'), [{ cents: 100 }])
  await provideDatabase(admin, clone)
})

test('an address that names no database, or another’s role, is refused', async () => {
  await assert.rejects(provideDatabase(admin, 'postgres://orders:x@host'), WrongAddress)
  await assert.rejects(provideDatabase(admin, at('admin', 'x', 'orders')), /not that of the database orders/)
})

function at(role: string, password: string, database: string): string {
  const url = new URL(postgres.adminUrl)
  url.username = role
  url.password = encodeURIComponent(password)
  url.pathname = `/${database}`
  return url.href
}

async function as(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
