import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { inventory } from '@rialto/inventory/contract'
import type { Actor } from '@rialto/kit/access'
import type { Context, Service } from '@rialto/kit/service'
import { openWorld, peer, type World } from '@rialto/kit/testing'
import { catalog, productChanged } from './contract.ts'
import service from './service.ts'

const as: Actor = { kind: 'staff', id: 'staff_1', permissions: ['catalog'] }
let world: World | undefined
let counts: { key: string; quantities: (number | null)[] }[] = []
/** What inventory was asked under each key, to the letter, as that is how it knows a repeat. */
let asked = new Map<string, Set<string>>()
let outages = 0
/** How many counts are taken in without an answer. */
let lost = 0
/** How long inventory takes to count a batch. */
let slow = 0

const count = peer(inventory.countStock, ({ counts: given, reason }, { idempotencyKey = '' }) => {
  world?.advance(slow)
  if (outages-- > 0) throw new Error('inventory is away')
  const words = asked.get(idempotencyKey) ?? new Set()
  asked.set(idempotencyKey, words.add(JSON.stringify({ given, reason })))
  if (lost-- > 0) throw new Error('inventory is cut off')
  counts.push({ key: idempotencyKey, quantities: given.map(({ quantity }) => quantity) })
  return { changed: given.length }
})

beforeEach(async () => {
  await world?.close()
  counts = []
  asked = new Map()
  outages = 0
  lost = 0
  slow = 0
  world = await openWorld(service, { peers: [count] })
})
after(() => world?.close())

const header =
  'Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Tracker,Variant Inventory Qty,Type\n'
const rows = (from: number, to: number) =>
  Array.from(
    { length: to - from },
    (_, index) => `p-${from + index},Product ${from + index},,,SKU-${from + index},9.99,shopify,5,Things\n`,
  ).join('')

async function run(text: string, more: { dryRun?: boolean } = {}) {
  if (!world) throw new Error('the world is not open')
  async function* body() {
    // As a socket hands it over.
    for (let at = 0; at < text.length; at += 65_536) yield Buffer.from(text.slice(at, at + 65_536))
  }
  const { id } = await world.call(
    catalog.startImport,
    { body: body(), filename: 'test.csv', ...more },
    { as },
  )
  await world.runJobs()
  return world.call(catalog.getImport, { id }, { as })
}

const list = async () => (await world?.call(catalog.listProducts, { limit: 100 }, { as }))?.items ?? []

test('a file becomes products with their stock, filed under categories', async () => {
  const result = await run(`${header}shirt,Shirt,Size,S,A,10,shopify,3,Clothes\nshirt,,,M,B,11,,,\n`)
  assert.deepEqual([result.status, result.rows, result.products, result.variants], ['done', 2, 1, 2])
  const [shirt] = await list()
  assert.deepEqual(
    shirt?.variants.map(({ sku, price }) => [sku, price.amount]),
    [
      ['A', 1000],
      ['B', 1100],
    ],
  )
  assert.equal(shirt?.categories[0]?.[0]?.name, 'Clothes')
  assert.deepEqual(
    counts.map(({ quantities }) => quantities),
    [[3, null]],
  )
})

test('a file of several parts is kept whole, and dropped when it is no longer needed', async () => {
  const long = `${'x'.repeat(400_000)}`
  const text = `Handle,Title,Body (HTML),Variant Price\n${['a', 'b', 'c', 'd']
    .map((handle) => `${handle},Long,${long},9.99\n`)
    .join('')}`
  const result = await run(text)
  assert.deepEqual([result.products, result.bytes, result.bytesRead], [4, text.length, text.length])
  assert.equal(await keptParts(), 2)
  world?.advance(8 * 86_400_000)
  await world?.runJobs()
  assert.equal(await keptParts(), 0)
})

test('of an upload that breaks off nothing is kept', async () => {
  async function* body() {
    yield Buffer.alloc(2_000_000, 'x')
    throw new Error('the shopkeeper pulled the plug')
  }
  await assert.rejects(async () => world?.call(catalog.startImport, { body: body() }, { as }))
  assert.equal(await keptParts(), 0)
  assert.deepEqual((await world?.call(catalog.listImports, {}, { as }))?.items, [])
})

test('the same file again changes nothing and says nothing', async () => {
  await run(header + rows(0, 10))
  const said = (await world?.said(productChanged))?.length
  const { products, created, changed } = await run(header + rows(0, 10))
  assert.deepEqual([products, created, changed], [10, 0, 0])
  assert.equal((await world?.said(productChanged))?.length, said)
  assert.equal((await list())[0]?.version, 1)
})

test('a changed file changes the product and keeps the ids of its variants', async () => {
  await run(`${header}shirt,Shirt,Size,S,A,10,,,\nshirt,,,M,B,11,,,\n`)
  const [before] = await list()
  await run(`${header}shirt,Shirt,Size,M,B,12,,,\nshirt,,,L,C,13,,,\n`)
  const [changed] = await list()
  assert.deepEqual(
    changed?.variants.map(({ title, price }) => [title, price.amount]),
    [
      ['M', 1200],
      ['L', 1300],
    ],
  )
  assert.equal(changed?.variants[0]?.id, before?.variants[1]?.id)
  assert.equal(changed?.version, 2)
})

test('a bad row refuses its product with row, column and reason, and nothing else', async () => {
  const result = await run(
    `${header}good,Good,,,G,1,,,\nbad,Bad,Size,S,X,5,,,\nbad,,,M,Y,free,,,\nfine,Fine,,,F,2,,,\n`,
  )
  assert.deepEqual([result.products, result.refusedProducts], [2, 1])
  assert.deepEqual(
    result.refusals.map(({ row, column, handle }) => [row, column, handle]),
    [[4, 'Variant Price', 'bad']],
  )
  assert.deepEqual((await list()).map(({ handle }) => handle).sort(), ['fine', 'good'])
})

test('a SKU of another product refuses the product that wants it', async () => {
  const result = await run(`${header}one,One,,,SAME,1,,,\ntwo,Two,,,SAME,2,,,\n`)
  assert.equal(result.refusedProducts, 1)
  assert.match(result.refusals[0]?.reason ?? '', /SKU SAME belongs to the product "one"/)
})

test('a dry run reports the same and changes nothing', async () => {
  const file = `${header}one,One,,,SAME,1,,,\ntwo,Two,,,SAME,2,,,\nthree,,,,T,x,,,\n`
  const dry = await run(file, { dryRun: true })
  assert.equal((await list()).length, 0)
  assert.equal(counts.length, 0)
  const real = await run(file)
  assert.deepEqual(dry.refusals, real.refusals)
  assert.deepEqual([dry.products, dry.refusedProducts], [real.products, real.refusedProducts])
})

test('an import that dies between a batch and its stock goes on where it stood', async () => {
  outages = 2
  const cut = await run(header + rows(0, 350))
  assert.equal(cut.status, 'running')
  assert.equal(cut.products, 100)
  for (let attempt = 0; attempt < 3; attempt++) {
    world?.advance(400_000)
    await world?.runJobs()
  }
  const result = await world?.call(catalog.getImport, { id: cut.id }, { as })
  assert.deepEqual([result?.status, result?.products, result?.rows], ['done', 350, 350])
  assert.deepEqual(
    counts.map(({ quantities }) => quantities.length),
    [100, 100, 100, 50],
  )
  assert.equal(new Set(counts.map(({ key }) => key)).size, 4)
  assert.equal((await world?.said(productChanged))?.length, 350)
})

test('an import that dies before it hears that its stock was counted asks for the very same again', async () => {
  lost = 1
  const cut = await run(header + rows(0, 150))
  assert.equal(cut.status, 'running')
  world?.advance(400_000)
  await world?.runJobs()
  assert.equal((await world?.call(catalog.getImport, { id: cut.id }, { as }))?.status, 'done')
  assert.deepEqual(
    [...asked.values()].map(({ size }) => size),
    [1, 1],
  )
})

test('an import whose file takes long to read up to where it stood comes further with each job', async () => {
  await world?.close()
  world = await openWorld(slowReader(service), { peers: [count] })
  const { status, products } = await run(header + rows(0, 250))
  assert.deepEqual([status, products], ['done', 250])
})

/** Half a minute is over whenever the clock is looked at. */
function slowReader(original: Service): Service {
  const jobs = original.jobs.map((job) => ({
    ...job,
    perform: (message: never, { now, ...rest }: Context) => {
      const later = () => {
        world?.advance(30_000)
        return now()
      }
      return job.perform(message, { ...rest, now: later })
    },
  }))
  return { ...original, jobs: jobs as unknown as Service['jobs'] }
}

test('a dry run tells what is new, what differs and what does not', async () => {
  await run(header + rows(0, 10))
  const file = header + rows(0, 5) + rows(5, 12).replaceAll('9.99', '8.99')
  const { products, created, changed } = await run(file, { dryRun: true })
  assert.deepEqual([products, created, changed], [12, 2, 5])
})

test('a file of prices alone leaves the stock, the texts and the variants as they are', async () => {
  await run(`${header}shirt,Shirt,Size,S,A,10,shopify,3,Clothes\nshirt,,,M,B,11,shopify,4,\n`)
  const [before] = await list()
  counts = []
  await run('Handle,Title,Option1 Name,Option1 Value,Price\nshirt,Shirt,Size,S,20\nshirt,,,M,21\n')
  const [shirt] = await list()
  assert.deepEqual(counts, [])
  assert.deepEqual(
    shirt?.variants.map(({ sku, price }) => [sku, price.amount]),
    [
      ['A', 2000],
      ['B', 2100],
    ],
  )
  assert.deepEqual(shirt?.categories, before?.categories)
  const bare = await run('Handle,Title,Price\nshirt,Shirt,20\n')
  assert.deepEqual([bare.refusedProducts, bare.refusals[0]?.column], [1, 'Option1 Value'])
})

test('a product whose rows stand apart comes in whole or not at all', async () => {
  const result = await run(`${header}one,One,Size,S,A,1,,,\ntwo,Two,,,B,2,,,\none,,,M,C,1,,,\n`)
  assert.deepEqual(
    (await list()).map(({ handle }) => handle),
    ['two'],
  )
  assert.deepEqual(
    result.refusals.map(({ row }) => row),
    [2, 4],
  )
})

test('figures that no other part of the shop takes refuse their row and stop nothing', async () => {
  const result = await run(`${header}one,One,,,A,1,shopify,10000001,\ntwo,Two,,,B,2,shopify,1,\n`)
  assert.deepEqual(
    [result.status, result.products, result.refusals[0]?.column],
    ['done', 1, 'Variant Inventory Qty'],
  )
})

test('a file that takes longer than a job may is read in several jobs', async () => {
  slow = 10_000
  const result = await run(header + rows(0, 950))
  assert.deepEqual([result.status, result.created, result.rows], ['done', 950, 950])
  assert.equal(counts.length, 10)
})

test('an import that cannot go on says so in the end, and does not run for ever', async () => {
  outages = Number.POSITIVE_INFINITY
  const { id } = await run(header + rows(0, 150))
  for (let attempt = 0; attempt < 10; attempt++) {
    world?.advance(400_000)
    await world?.runJobs()
  }
  const result = await world?.call(catalog.getImport, { id }, { as })
  assert.deepEqual([result?.status, result?.products], ['failed', 100])
  assert.match(result?.error ?? '', /Import the file again to go on/)
})

test('a file without the columns that are needed fails with the reason', async () => {
  const result = await run('Name,Price\nShirt,10\n')
  assert.equal(result.status, 'failed')
  assert.match(result.error ?? '', /Handle/)
})

async function keptParts(): Promise<number | undefined> {
  const { database } = world as World
  return (await database.row<{ count: number }>`select count(*) from import_files`)?.count
}
