import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Database, openDatabase } from '@rialto/kit/database'
import { type TestDatabases, testDatabases } from '@rialto/kit/postgres'
import { until } from '@rialto/kit/until'

// The guide's own statements, run with code of the former and of the new release at work.

const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/change-a-table.md'), 'utf8')
const statements = new Map(
  [...guide.matchAll(/```sql (\w+)\n([\s\S]*?)```/g)].map(([, name = '', text = '']) => [name, text]),
)

let databases: TestDatabases
let database: Database
let pool: Database['pool']
before(async () => {
  databases = await testDatabases()
  database = openDatabase({ url: await databases.ensureDatabase('parcels'), poolSize: 6 })
  pool = database.pool
})
after(async () => {
  await database?.close()
  await databases?.stop()
})

const run = (name: string) => pool.query(statements.get(name) ?? `the guide has no ${name}`)

/** A release as far as it knows parcels: it writes one, weighs it again, and reads it, in grams. */
interface Release {
  readonly write: (id: string, grams: number) => Promise<unknown>
  readonly weigh: (id: string, grams: number) => Promise<unknown>
  readonly read: (id: string) => Promise<number>
}

const gramsOf = (rows: { grams: string | number }[]) => Number(rows[0]?.grams)

const former: Release = {
  write: (id, grams) =>
    pool.query('insert into parcels (id, weight_kilograms) values ($1, $2)', [id, grams / 1_000]),
  weigh: (id, grams) =>
    pool.query('update parcels set weight_kilograms = $2 where id = $1', [id, grams / 1_000]),
  read: async (id) =>
    gramsOf(
      (await pool.query('select weight_kilograms * 1000 as grams from parcels where id = $1', [id])).rows,
    ),
}

const next: Release = {
  write: (id, grams) => pool.query('insert into parcels (id, weight_grams) values ($1, $2)', [id, grams]),
  weigh: (id, grams) => pool.query('update parcels set weight_grams = $2 where id = $1', [id, grams]),
  read: async (id) => gramsOf((await pool.query(statements.get('read') ?? '', [id])).rows),
}

const last: Release = {
  ...next,
  read: async (id) =>
    gramsOf((await pool.query('select weight_grams as grams from parcels where id = $1', [id])).rows),
}

const known = new Map<string, number>()

/** Works until it is told to end, or fails: new parcels, and those of others weighed again, in turns. */
function work(name: string, release: Release) {
  let over = false
  let done = 0
  const working = (async () => {
    for (; !over; done++) {
      const id = `${name}-${done}`
      await release.write(id, 1_000 + done)
      await release.weigh(id, 2_000 + done)
      known.set(id, 2_000 + done)
      assert.equal(await release.read(id), 2_000 + done)
    }
  })()
  return {
    /** Fails with the work itself. */
    more: () => {
      const before = done
      return Promise.race([working, until(`${name} goes on`, () => done >= before + 20)])
    },
    end: async () => {
      over = true
      await working
    },
  }
}

async function everybodyReads(releases: readonly Release[]): Promise<void> {
  // Work goes on meanwhile: what is known by now is looked at, the first and the last of it.
  const parcels = [...known].filter((_, index, all) => index < 20 || index >= all.length - 20)
  for (const [id, grams] of parcels) for (const { read } of releases) assert.equal(await read(id), grams, id)
}

test('a column takes the place of another while old and new code are at work', async () => {
  await run('before')
  const old = work('former', former)
  await old.more()
  await run('expand')
  const young = work('next', next)
  await Promise.all([old.more(), young.more()])
  await everybodyReads([former, next])
  while ((await run('fill')).rowCount) await Promise.all([old.more(), young.more()])
  await everybodyReads([former, next])
  await old.end()
  const newest = work('last', last)
  await Promise.all([newest.more(), young.more()])
  await young.end()
  await run('contract')
  await newest.more()
  await newest.end()
  await everybodyReads([last])
})

test('code weighs again what the other release wrote, and both see it', async () => {
  await pool.query('drop table parcels')
  known.clear()
  await run('before')
  await former.write('one', 500)
  await run('expand')
  await next.weigh('one', 750)
  assert.deepEqual([await former.read('one'), await next.read('one')], [750, 750])
  await former.weigh('one', 800)
  assert.deepEqual([await former.read('one'), await next.read('one')], [800, 800])
})

test('what was not filled in stops the contraction, and nothing is lost', async () => {
  await pool.query('alter table parcels disable trigger keep_weights_equal')
  await former.write('forgotten', 900)
  await pool.query('alter table parcels enable trigger keep_weights_equal')
  await assert.rejects(run('contract'), /has_grams/)
  assert.equal(await former.read('forgotten'), 900)
})
