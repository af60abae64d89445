import { comeToRest } from '../e2e/content.ts'
import { listenToHandlers } from '../e2e/costs/handlers.ts'
import { operations } from '../e2e/costs/operations.ts'
import { openCountedShop } from '../e2e/costs/shop.ts'
import { stockShop } from '../e2e/goods.ts'
import { openStaff } from '../e2e/visitor.ts'
import { loadServices, serviceNames } from '../services.ts'
import { bareReplyMs } from './limit/bare.ts'
import { type Measured, measureOperation } from './limit/operation.ts'
import { limitTable } from './limit/table.ts'
import { machine, print } from './report.ts'
import { writeSection } from './section.ts'

// node launch.mjs bench/limit.ts [--write]: how far each operation is from the least it could cost: a bare reply of Fastify,
// and its own statements sent raw. And where its time goes, by module. One process, one after the other, on a PostgreSQL
// without fsync, so that no disk is measured.

const words = ['wool', 'linen', 'cotton', 'silk']
const goods = Array.from({ length: 200 }, (_, index) => ({
  handle: `cap-${index}`,
  title: `Fine ${words[index % 4]} cap ${10 + index}`,
  price: 2490,
  quantity: 100_000,
  category: index % 2 === 0 ? 'Fashion > Hats' : 'Fashion > Caps',
  colour: index % 3 === 0 ? 'Red' : 'Straw',
}))

listenToHandlers(await loadServices(serviceNames), () => {})
const shop = await openCountedShop()
try {
  const stocked = await stockShop(await openStaff(shop), goods)
  const variantIds = [...stocked.values()].flatMap((variants) => variants.map(({ id }) => id))
  const handles = goods.map(({ handle }) => handle)
  const things = { variantIds, handles, categories: ['hats', 'caps'], words }
  const bareMs = await bareReplyMs()
  const measured: Record<string, Measured> = {}
  for (const [name, operation] of Object.entries(operations)) {
    await comeToRest(shop.platform.mounted)
    measured[name] = await measureOperation(shop, operation, things)
  }
  const text = `${new Date().toISOString().slice(0, 10)}; ${machine}.\n\n${limitTable(measured, bareMs)}`
  print(text)
  if (process.argv.includes('--write')) print(`written: ${await writeSection('limit', text)}`)
} finally {
  await shop.close()
}
