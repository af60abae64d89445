import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { databases } from './postgres-databases.ts'
import { explain } from './postgres-error.ts'
import { claimFolder } from './postgres-lock.ts'
import { serverOptions } from './postgres-settings.ts'

test('a data folder has one holder at a time, and is free again after it', (t) => {
  const path = folder(t)
  const release = claimFolder(path)
  assert.throws(
    () => claimFolder(path),
    new RegExp(`${path} is in use by another Rialto, process ${process.pid}`),
  )
  release()
  claimFolder(path)()
  assert.deepEqual(readdirSync(path), [])
})

test('a holder that is gone, or whose number another process has now, does not block the folder', (t) => {
  const path = folder(t)
  const others = [
    { pid: 2 ** 22 + 1, started: 'long ago' },
    { pid: process.pid, started: 'before the restart' },
  ]
  for (const holder of others) {
    writeFileSync(join(path, 'postgres.lock'), JSON.stringify(holder))
    claimFolder(path)()
  }
  writeFileSync(join(path, 'postgres.lock'), '{"pid":')
  claimFolder(path)()
  assert.deepEqual(readdirSync(path), [])
})

test('what PostgreSQL says before it gives up becomes the folder and the fix', () => {
  const cases: [string, RegExp][] = [
    ['FATAL:  could not write lock file "postmaster.pid": No space left on device', /\/shop is full\. Free/],
    ['PANIC:  could not locate a valid checkpoint record', /\/shop is damaged\. Restore a backup/],
    ['FATAL:  data directory "/shop" has wrong ownership', /folder \/shop\. Start Rialto as the account/],
    ['FATAL:  data directory "/shop" has invalid permissions', /chmod 700 \/shop/],
    ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', /too little memory/],
    ['/bin/sh: 5: /native/bin/postgres: not found', /does not run on this system/],
    ['FATAL:  something new', /\/shop did not start\.\n {2}FATAL: {2}something new/],
  ]
  for (const [output, expected] of cases) assert.match(explain(output, '/shop').message, expected)
})

test('a durable server listens on its socket only and never gives up durability', () => {
  const options = serverOptions({ cluster: '/c', host: '/s', port: 5432, durability: 'durable' })
  for (const expected of ['listen_addresses=', 'unix_socket_directories=/s', 'fsync=on'])
    assert.ok(options.includes(expected), expected)
  assert.ok(
    serverOptions({ cluster: '/c', host: '/s', port: 1, durability: 'throwaway' }).includes('fsync=off'),
  )
})

test('after a crash the server secures its files at one go where the system can, not one by one', () => {
  const options = serverOptions({ cluster: '/c', host: '/s', port: 5432, durability: 'durable' })
  assert.equal(options.includes('recovery_init_sync_method=syncfs'), process.platform === 'linux')
})

test('each service gets an address of its own, the same for the same key', async () => {
  const admin = 'postgres://postgres:secret@%2Ftmp%2Fs:5432/postgres'
  const [one, two] = [databases(admin, 'a key'), databases(admin, 'another key')]
  const address = new URL(one.url('orders'))
  assert.deepEqual(
    [address.username, address.hostname, address.pathname],
    ['orders', '%2Ftmp%2Fs', '/orders'],
  )
  assert.equal(one.url('orders'), databases(admin, 'a key').url('orders'))
  const passwords = [one.url('orders'), one.url('cart'), two.url('orders')].map(
    (url) => new URL(url).password,
  )
  assert.equal(new Set(passwords).size, 3)
  assert.throws(() => one.url('or"ders'), /cannot name a database/)
})

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'rialto-lock-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}
