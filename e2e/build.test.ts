import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { identity } from '@rialto/identity/contract'
import { until } from '@rialto/kit/until'
import { notifications } from '@rialto/notifications/contract'
import { orders } from '@rialto/orders/contract'
import { databaseUrls, settledViolations } from './checker.ts'
import { stockShop } from './goods.ts'
import { pointsOf, writeGuide } from './guide.ts'
import { openShop, type Shop } from './shop.ts'
import { buy, openStaff, openVisitor } from './visitor.ts'

// What `npm run build` makes does what the sources do.

const root = join(import.meta.dirname, '..')
const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 9 }
let built: string

before(async () => {
  built = await mkdtemp(join(tmpdir(), 'rialto-built-'))
  execFileSync(process.execPath, ['build.ts', '--no-pages', '--out', built], { cwd: root })
})
after(() => rm(built, { recursive: true, force: true }))

test('a shop that was built sells, writes letters and answers pages', async () => {
  const shop = await openShop({ built })
  try {
    const variantId = await stock(shop)
    const visitor = openVisitor(shop)
    const account = { email: 'ada@built.example', password: 'a long enough password', name: 'Ada' }
    await visitor.call(identity.register, account)
    const { orderId = '' } = await buy(visitor.call, { variantId, quantity: 2 })
    assert.equal((await visitor.call(orders.getOrder, { id: orderId })).status, 'processing')
    const staff = await openStaff(shop)
    await until('the letter is written', async () => {
      const { items } = await staff(notifications.listDeliveries, { limit: 10 })
      return items.some(({ subject }) => /order/i.test(subject))
    })
    const pages = ['/', '/p/wool-cap', '/console', '/docs']
    for (const path of pages) assert.equal((await fetch(shop.url + path)).status, 200, path)
    assert.deepEqual(await settledViolations(databaseUrls(shop.dataDir)), [])
  } finally {
    await shop.close()
  }
})

test('services in folders run beside it', async () => {
  const guide = await writeGuide()
  const shop = await openShop({ built, folders: [guide.folder] })
  try {
    const visitor = openVisitor(shop)
    await buy(visitor.call, { variantId: await stock(shop), quantity: 2 })
    await until('the points are there', async () => (await pointsOf(visitor)).orders === 1)
  } finally {
    await shop.close()
    await guide.remove()
  }
})

test('what is compiled already is beside it', async () => {
  const [version = ''] = await readdir(join(built, 'compiled'))
  assert.match(version, new RegExp(`^${process.version}`))
  assert.ok((await readdir(join(built, 'compiled', version))).length > 50)
})

for (const [what, words, answer] of [
  ['a word it does not know', ['--minify'], /--minify[\s\S]*npm run build/],
  ['a folder with other things in it', ['--out', 'docs'], /docs holds something else than a build/],
] as const) {
  test(`${what} is refused, and nothing is written`, () => {
    const { status, stderr } = spawnSync(process.execPath, ['build.ts', ...words], {
      cwd: root,
      encoding: 'utf8',
    })
    assert.equal(status, 2)
    assert.match(stderr, answer)
    assert.ok(existsSync(join(root, 'docs/operations.md')))
  })
}

async function stock(shop: Shop): Promise<string> {
  return (await stockShop(await openStaff(shop), [good])).get(good.handle)?.[0]?.id ?? ''
}
