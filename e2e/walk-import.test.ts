import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { catalog, type Import } from '@rialto/catalog/contract'
import { inventory } from '@rialto/inventory/contract'
import { until } from '@rialto/kit/until'
import { bytesOf, csvOf, variantsOf } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import { openStaff } from './visitor.ts'

// Products go in and out by the commands that a merchant types, and survive what happens on the way.

const root = join(import.meta.dirname, '..')
let demo: Shop
let empty: Shop
let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rialto-files-'))
  demo = await openShop({ env: { RIALTO_DEMO: 'true' } })
  empty = await openShop()
})
after(async () => {
  await Promise.all([demo?.close(), empty?.close()])
  await rm(folder, { recursive: true, force: true })
})

test('what one shop exports is the same in it again, and in another shop', async () => {
  const [first, second] = [join(folder, 'first.csv'), join(folder, 'second.csv')]
  assert.deepEqual(await command(demo, 'export.ts', first), {
    code: 0,
    text: `All products are in ${first}.\n`,
  })
  const staff = await openStaff(demo)
  const { items: stocks } = await staff(inventory.listStock, { limit: 100 })

  const again = await command(demo, 'import.ts', first)
  assert.equal(again.code, 0)
  assert.match(again.text, /0 are new, 0 changed, (\d+) were the same already/)
  assert.deepEqual((await staff(inventory.listStock, { limit: 100 })).items, stocks)

  assert.match((await command(empty, 'import.ts', first)).text, /(\d+) are new, 0 changed, 0 were the same/)
  await command(empty, 'export.ts', second)
  assert.equal(await readFile(second, 'utf8'), await readFile(first, 'utf8'))
})

test('a dry run from the command line says what would be refused, and changes nothing', async () => {
  const file = join(folder, 'bad.csv')
  const good = { handle: 'dry-cup', title: 'Dry Cup', price: 500, quantity: 1 }
  await writeFile(file, csvOf([good, { ...good, handle: 'bad-cup', price: Number.NaN }]))
  const { code, text } = await command(empty, 'import.ts', file, '--dry-run')
  assert.equal(code, 1)
  assert.match(text, /2 rows: 1 products with 1 variants would be imported, 1 refused/)
  assert.match(text, /row 3, Variant Price: "NaN" is not a price/)
  await assert.rejects((await openStaff(empty))(catalog.getProduct, { id: 'dry-cup' }), { status: 404 })
})

test('a file that is not there, and a shop that is not open, are said plainly', async () => {
  assert.match((await command(empty, 'import.ts', join(folder, 'none.csv'))).text, /There is no such file/)
  const closed = { url: await closedAddress() }
  const file = join(folder, 'x.csv')
  await writeFile(file, 'Handle,Title\n')
  assert.match((await command(closed, 'import.ts', file)).text, /The shop does not answer/)
  assert.match((await command(closed, 'export.ts', file)).text, /The shop does not answer/)
})

test('an import that is killed in the middle goes on where it stood, and does nothing twice', async () => {
  const count = 3_000
  const goods = Array.from({ length: count }, (_, index) => ({
    handle: `killed-${index}`,
    title: `Killed ${index}`,
    price: 100 + index,
    quantity: 7,
  }))
  const staff = await openStaff(empty)
  const { id } = await staff(catalog.startImport, { body: bytesOf(csvOf(goods)), filename: 'killed.csv' })
  await until('some of it is read', async () => {
    const state = await staff(catalog.getImport, { id })
    assert.equal(state.status, 'running')
    return state.products > 0
  })
  await empty.kill()
  await empty.restart()
  const later = await openStaff(empty)
  const patience = { limitMs: 120_000, everyMs: 200 }
  const done = async () => {
    const state = await later(catalog.getImport, { id })
    return state.status !== 'running' && state
  }
  const result: Import = await until('the import is done', done, patience)
  const { status, rows, products, created, changed, refusedProducts } = result
  assert.deepEqual(
    [status, rows, products, created, changed, refusedProducts],
    ['done', count, count, count, 0, 0],
  )
  const [last] = await variantsOf(later, `killed-${count - 1}`)
  const { items } = await later(inventory.listMovements, { variantId: last?.id ?? '' })
  assert.deepEqual(
    items.map(({ kind, quantity }) => [kind, quantity]),
    [['count', 7]],
  )
  const first = await later(catalog.getProduct, { id: 'killed-0' })
  assert.equal(first.version, 1)
})

/** An address that nobody listens at. */
async function closedAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, 'localhost', done))
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  return `http://localhost:${port}`
}

/** Runs one of the shop's commands against it. */
async function command(
  shop: { readonly url: string },
  script: string,
  ...args: string[]
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [script, ...args, '--url', shop.url], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more
    })
  const code = await new Promise<number | null>((done) => child.once('close', done))
  return { code, text }
}
