import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { startPostgres, startThrowawayPostgres, testDatabases } from './postgres.ts'
import { isAlive } from './postgres-lock.ts'
import { temporaryFolder } from './postgres-socket.ts'

const module = new URL('./postgres.ts', import.meta.url).href

test('what was stored is there after a restart, at the same address', async (t) => {
  const dataDir = folder(t)
  const first = await startPostgres({ dataDir })
  later(t, first.stop)
  const url = await first.ensureDatabase('orders')
  await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await first.stop()
  const second = await startPostgres({ dataDir })
  later(t, second.stop)
  assert.equal(await second.ensureDatabase('orders'), url)
  assert.deepEqual(await query(url, 'SELECT answer FROM kept'), [{ answer: 42 }])
  assert.deepEqual(await query(url, 'SELECT current_user AS me'), [{ me: 'orders' }])
})

test('a shop keeps its promises over a power cut: nothing that makes writes durable is off', async (t) => {
  const postgres = await startPostgres({ dataDir: folder(t) })
  later(t, postgres.stop)
  const url = await postgres.ensureDatabase('orders')
  const names = ['fsync', 'synchronous_commit', 'full_page_writes']
  for (const name of names) assert.deepEqual(await query(url, `SHOW ${name}`), [{ [name]: 'on' }])
})

test('a service cannot connect to the database of another one, nor to the common ones', async (t) => {
  const postgres = await startThrowawayPostgres()
  later(t, postgres.stop)
  const orders = await postgres.ensureDatabase('orders')
  await postgres.ensureDatabase('payments')
  for (const database of ['payments', 'postgres', 'template1']) {
    const elsewhere = orders.replace(/\/orders$/, `/${database}`)
    await assert.rejects(query(elsewhere, 'SELECT 1'), { code: '42501' })
  }
  const wrong = new URL(orders)
  wrong.password = 'guessed'
  await assert.rejects(query(wrong.href, 'SELECT 1'), { code: '28P01' })
  await assert.rejects(query(orders, "COPY (SELECT 1) TO PROGRAM 'true'"), { code: '42501' })
})

test('the owner of a database can add what search needs, and letters of all languages count', async (t) => {
  const postgres = await startThrowawayPostgres()
  later(t, postgres.stop)
  const url = await postgres.ensureDatabase('search')
  await query(url, 'CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent')
  const rows = await query(
    url,
    `SELECT unaccent('Žluťoučký') AS plain, lower('ÄÉ') AS low,
            similarity('привет', 'привез') > 0.3 AS near`,
  )
  assert.deepEqual(rows, [{ plain: 'Zlutoucky', low: 'äé', near: true }])
})

test('asking for the same database many times at once makes it once', async (t) => {
  const postgres = await startThrowawayPostgres()
  later(t, postgres.stop)
  const urls = await Promise.all(Array.from({ length: 5 }, () => postgres.ensureDatabase('cart')))
  assert.equal(new Set(urls).size, 1)
  await assert.rejects(postgres.ensureDatabase('Cart; DROP'), /cannot name a database/)
})

test('a second start on the same folder is refused with the folder and the process', async (t) => {
  const dataDir = folder(t)
  const holder = await child(t, `startPostgres({ dataDir: ${JSON.stringify(dataDir)} })`)
  await assert.rejects(startPostgres({ dataDir }), (error: Error) => {
    assert.equal(error.name, 'PostgresError')
    assert.ok(error.message.includes(dataDir) && error.message.includes(`process ${holder.process.pid}.`))
    return true
  })
})

test('when the shop is killed, the database stops, and the next start takes over', async (t) => {
  const dataDir = folder(t)
  const killed = await child(t, `startPostgres({ dataDir: ${JSON.stringify(dataDir)} })`)
  const server = serverOf(dataDir)
  assert.ok(isAlive(server))
  killed.process.kill('SIGKILL')
  await until(() => !isAlive(server))
  const next = await startPostgres({ dataDir })
  later(t, next.stop)
  assert.deepEqual(await query(next.url('orders'), 'SELECT 1 AS one'), [{ one: 1 }])
})

test('a database whose shop and guard were both killed is found and replaced', async (t) => {
  const dataDir = folder(t)
  const killed = await child(t, `startPostgres({ dataDir: ${JSON.stringify(dataDir)} })`)
  const server = serverOf(dataDir)
  // The shop stands still meanwhile, or it would notice its guard's end and start another one.
  killed.process.kill('SIGSTOP')
  for (const pid of guardsOf(server)) process.kill(pid, 'SIGKILL')
  killed.process.kill('SIGKILL')
  await once(killed.process, 'exit')
  assert.ok(isAlive(server))
  const next = await startPostgres({ dataDir })
  later(t, next.stop)
  assert.ok(!isAlive(server))
  assert.notEqual(serverOf(dataDir), server)
})

test('a database that dies while the shop runs comes back at the same address', async (t) => {
  const dataDir = folder(t)
  const told: string[] = []
  const postgres = await startPostgres({ dataDir, log: (message) => told.push(message) })
  later(t, postgres.stop)
  const url = await postgres.ensureDatabase('orders')
  await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  process.kill(serverOf(dataDir), 'SIGQUIT')
  await until(async () => {
    try {
      return (await query(url, 'SELECT answer FROM kept')).length === 1
    } catch {
      return false
    }
  })
  assert.ok(told.some((message) => message.includes('ended unexpectedly')))
})

test('a lost key, a damaged folder and another version are told with the folder', async (t) => {
  const dataDir = folder(t)
  const first = await startPostgres({ dataDir })
  await first.stop()
  rmSync(join(dataDir, 'postgres', 'global', 'pg_control'))
  const damaged = new RegExp(`database in ${dataDir} is damaged`)
  await assert.rejects(startPostgres({ dataDir }), damaged)
  rmSync(join(dataDir, 'postgres.key'))
  await assert.rejects(startPostgres({ dataDir }), /key of the database is missing: .*postgres\.key/)
})

test('the database also runs in a folder below one that only the owner may enter', async (t) => {
  const dataDir = join(folder(t, 0o700), 'data')
  const postgres = await startPostgres({ dataDir })
  later(t, postgres.stop)
  assert.deepEqual(await query(await postgres.ensureDatabase('cart'), 'SELECT 1 AS one'), [{ one: 1 }])
})

test('a throwaway cluster leaves nothing behind, not even when its process is killed', async (t) => {
  const { line, process: killed } = await child(t, 'startThrowawayPostgres()')
  const dataDir = decodeURIComponent(new URL(line).hostname)
  const server = serverOf(dataDir)
  assert.ok(existsSync(dataDir))
  killed.kill('SIGKILL')
  await until(() => !isAlive(server) && !existsSync(dataDir))
})

test('the guard for systems without signals starts and stops the database too', async (t) => {
  const dataDir = folder(t)
  const postgres = await startPostgres({ dataDir, guard: 'node' })
  later(t, postgres.stop)
  const server = serverOf(dataDir)
  assert.deepEqual(await query(await postgres.ensureDatabase('cart'), 'SELECT 1 AS one'), [{ one: 1 }])
  await postgres.stop()
  assert.ok(!isAlive(server))
})

test('secrets of the database are for its owner only', async (t) => {
  const dataDir = folder(t)
  const postgres = await startPostgres({ dataDir })
  later(t, postgres.stop)
  assert.equal(statSync(join(dataDir, 'postgres.key')).mode & 0o777, 0o600)
  assert.equal(statSync(join(dataDir, 'postgres')).mode & 0o777, 0o700)
  const socket = decodeURIComponent(new URL(postgres.url('orders')).hostname)
  assert.equal(statSync(socket).mode & 0o777, 0o700)
  assert.ok(!existsSync(join(dataDir, 'postgres.password')))
})

test('test files share a cluster under names of their own and clear them away', async (t) => {
  const shared = await startThrowawayPostgres()
  later(t, shared.stop)
  const before = process.env.RIALTO_TEST_DATABASE_URL
  process.env.RIALTO_TEST_DATABASE_URL = shared.adminUrl
  later(t, () => {
    delete process.env.RIALTO_TEST_DATABASE_URL
    if (before !== undefined) process.env.RIALTO_TEST_DATABASE_URL = before
  })
  const [one, two] = [await testDatabases(), await testDatabases()]
  const urls = [await one.ensureDatabase('orders'), await two.ensureDatabase('orders')]
  assert.notEqual(urls[0], urls[1])
  for (const url of urls) await query(url, 'CREATE TABLE mine (id int)')
  await Promise.all([one.stop(), two.stop()])
  const left = "SELECT datname FROM pg_database WHERE datname LIKE 'orders%'"
  assert.deepEqual(await query(shared.adminUrl, left), [])
})

const undoings = new WeakMap<TestContext, (() => unknown)[]>()

/** Undoes at the end of the test, the latest first: a server stops before its folder goes. */
function later(t: TestContext, undo: () => unknown): void {
  const list = undoings.get(t) ?? []
  if (list.length === 0)
    t.after(async () => {
      for (const each of list.reverse()) await each()
    })
  list.push(undo)
  undoings.set(t, list)
}

/** A data folder that the account which runs the server may enter, also when the tests run as root. */
function folder(t: TestContext, mode = 0o755): string {
  const path = mkdtempSync(join(temporaryFolder(), 'rialto-folder-'))
  chmodSync(path, mode)
  later(t, async () => {
    // After a kill the guard needs a moment to stop the server, which still writes to the folder.
    await until(() => !existsSync(join(path, 'postgres', 'postmaster.pid')) || !isAlive(serverOf(path)))
    rmSync(path, { recursive: true, force: true })
  })
  return path
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  client.on('error', () => undefined)
  try {
    await client.connect()
    const result = await client.query(sql)
    return result.rows
  } finally {
    await client.end()
  }
}

/** A process that starts a database, makes `orders`, prints its address and then waits to be killed. */
async function child(t: TestContext, start: string): Promise<{ process: ChildProcess; line: string }> {
  const program = `
    import { startPostgres, startThrowawayPostgres } from ${JSON.stringify(module)}
    const postgres = await ${start}
    console.log(await postgres.ensureDatabase('orders'))
    setInterval(() => {}, 1000)`
  const started = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  later(t, async () => {
    started.kill('SIGKILL')
    await exit
  })
  const exit = once(started, 'exit')
  const [line] = await once(createInterface(started.stdout), 'line')
  return { process: started, line }
}

function serverOf(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])
}

/** The shell that is the server's parent, and the part of it that waits for the shop's end. */
function guardsOf(server: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const processes = lines.map((line) => line.trim().split(/\s+/).map(Number))
  const guard = processes.find(([pid]) => pid === server)?.[1]
  const waiting = processes.filter(([pid, parent]) => parent === guard && pid !== server)
  return [...waiting.map(([pid]) => pid), guard].filter((pid) => pid !== undefined)
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(10)
}
