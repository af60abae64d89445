import { join } from 'node:path'
import { catalog } from '@rialto/catalog/contract'
import { inventory } from '@rialto/inventory/contract'
import { until } from '@rialto/kit/until'
import type { ApiCall } from '@rialto/sdk'
import { signIn } from '../../demo.ts'
import { withoutLimits } from '../../e2e/without-limits.ts'
import { databaseSetting } from '../../platform-settings.ts'
import { serviceNames } from '../../services.ts'
import { finished } from '../staff.ts'
import { count } from './ask-database.ts'
import { categories, type Good, makeGoods, makeHotGood } from './goods.ts'
import { ask, openClient } from './http-client.ts'
import { installRialto } from './install.ts'
import type { Installed, Platform, Room, Running } from './platform.ts'
import { firstAnswer, freePort, launch, run } from './processes.ts'
import { buyOften } from './rialto-storefront.ts'
import { customer, type Learned, staff } from './storefront.ts'

const root = join(import.meta.dirname, '../..')

/** The whole platform in one process, as `npm run build` makes it, in production and with the databases that are given. */
export function rialto(room: Room): Platform {
  return {
    name: 'rialto',
    version: '0.1.0',
    install: () => install(room),
    start: () => start(room),
    seed: () => seed(room),
    addHotItem: async ({ url }, _learned, tag) => {
      const call = await signIn(url, staff.email, staff.password)
      const [variant = ''] = await addGoods(call, [makeHotGood(tag)])
      return variant
    },
    countOrders: async () =>
      count(await room.postgres.ensureDatabase('orders'), 'select count(*) from orders'),
  }
}

async function install({ folder, log }: Room): Promise<Installed> {
  await run({ name: 'npm run build', args: ['build.ts'], cwd: root, log })
  return installRialto(root, folder, log)
}

async function start({ folder, postgres, log }: Room): Promise<Running> {
  const port = await freePort()
  const databases = serviceNames.map(async (name) => [
    databaseSetting(name),
    await postgres.ensureDatabase(name),
  ])
  const server = launch({
    name: 'Rialto',
    args: ['dist/rialto.js'],
    cwd: root,
    log,
    env: {
      ...Object.fromEntries(await Promise.all(databases)),
      // One address asks here for all shoppers; none of the peers has such a limit.
      ...withoutLimits,
      NODE_ENV: 'production',
      PORT: String(port),
      HOST: '127.0.0.1',
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      RIALTO_DATA: join(folder, 'data'),
      RIALTO_SECRET: 'the-secret-of-a-shop-that-is-measured-only',
      RIALTO_ADMIN_EMAIL: staff.email,
      RIALTO_ADMIN_PASSWORD: staff.password,
      RIALTO_DEMO: 'false',
      // Nobody packs what was bought, as at the peers.
      SANDBOX_WAREHOUSE: 'false',
      LOG_LEVEL: 'error',
    },
  })
  const url = `http://127.0.0.1:${port}`
  const coldStartSeconds = await firstAnswer(server, `${url}/api/search?limit=20`)
  return { url, coldStartSeconds, roots: { server: server.pid }, check: server.check, stop: server.stop }
}

async function seed(room: Room): Promise<Learned> {
  const running = await start(room)
  try {
    const goods = makeGoods(room.size.products)
    const call = await signIn(running.url, staff.email, staff.password)
    const variants = await addGoods(call, goods)
    await until('search knows the catalog', async () => {
      const reply = await fetch(`${running.url}/api/search?limit=1`)
      return ((await reply.json()) as { total: number }).total === goods.length
    })
    const { historyOrders } = room.size
    const learned = { variants, handles: goods.map(({ handle }) => handle), historyOrders, more: {} }
    room.tell(`${historyOrders} orders of one customer`)
    const client = openClient(running.url, 4)
    await ask(client, 'POST', '/api/register', { ...customer, name: 'Ada Lovelace' })
    await buyOften(client, learned, historyOrders)
    await client.close()
    return learned
  } finally {
    await running.stop()
  }
}

/** By the import that a merchant uses; answers with the variants in the order of the goods. */
async function addGoods(call: ApiCall, goods: readonly Good[]): Promise<string[]> {
  const { id } = await call(catalog.startImport, { body: fileOf(goods), filename: 'goods.csv' })
  const { status, error } = await finished(call, id, async () => undefined)
  if (status === 'failed') throw new Error(`The import failed: ${error}`)
  const variants: string[] = []
  for (const { handle } of goods) {
    const product = await call(catalog.getProduct, { id: handle })
    variants.push(...product.variants.map((variant) => variant.id))
  }
  const last = variants.at(-1) ?? ''
  await until('stock is known', async () => {
    const { items } = await call(inventory.getAvailability, { variantIds: [last] })
    return items[0]?.state !== 'out'
  })
  return variants
}

async function* fileOf(goods: readonly Good[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(
    'Handle,Title,Body (HTML),Product Category,Option1 Name,Option1 Value,Variant SKU,Variant Grams,' +
      'Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Status\n',
  )
  for (const { handle, title, description, category, variants } of goods) {
    for (const { size, sku, stock, price } of variants) {
      const name = categories[category]?.name
      const cells = [handle, title, `"${description}"`, name, 'Size', size, sku, 300, 'shopify', stock]
      yield Buffer.from(`${[...cells, (price / 100).toFixed(2), 'active'].join(',')}\n`)
    }
  }
}
