import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { until } from '@rialto/kit/until'
import { orders } from '@rialto/orders/contract'
import { stockShop } from './goods.ts'
import { filesOf, type GuideFiles, pointsOf, writeGuide } from './guide.ts'
import { openShop, type Shop } from './shop.ts'
import { buy, openStaff, openVisitor } from './visitor.ts'

// Who follows the guide word by word gets what it promises.

const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 9 }
let guide: GuideFiles
let shop: Shop
let variantId: string

before(async () => {
  guide = await writeGuide()
  shop = await openShop({ folders: [guide.folder] })
  variantId = (await stockShop(await openStaff(shop), [good])).get(good.handle)?.[0]?.id ?? ''
})
after(async () => {
  await shop?.close()
  await guide?.remove()
})

test('the service of the guide has fewer than 150 lines', () => {
  const text = readFileSync(join(import.meta.dirname, '../docs/guides/add-a-service.md'), 'utf8')
  const files = filesOf(text)
  assert.deepEqual([...files.keys()].sort(), [
    'loyalty/contract.ts',
    'loyalty/migrations/001-loyalty.sql',
    'loyalty/package.json',
    'loyalty/points-store.ts',
    'loyalty/service.ts',
  ])
  const lines = [...files.values()].join('').trimEnd().split('\n').length
  assert.ok(lines > 50 && lines < 150, String(lines))
})

test('who buys gets points, and nobody else', async () => {
  const [buyer, other] = [openVisitor(shop), openVisitor(shop)]
  const { orderId = '' } = await buy(buyer.call, { variantId, quantity: 2 })
  const { total } = await buyer.call(orders.getOrder, { id: orderId })
  await until('the points are there', async () => (await pointsOf(buyer)).orders === 1)
  assert.deepEqual(await pointsOf(buyer), { balance: Math.floor(total / 100), orders: 1 })
  assert.deepEqual(await pointsOf(other), { balance: 0, orders: 0 })
})

test('its operation is in the documents, and what it could not handle is shown to staff', async () => {
  const { paths, components } = await (await fetch(`${shop.url}/openapi.json`)).json()
  assert.ok(paths['/api/loyalty/points'].get && paths['/api/loyalty/dead-letters'].get)
  assert.ok(components.schemas.Points)
})
