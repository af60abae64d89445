import { after, before, test } from 'node:test'
import { type Product, productChanged, productRemoved } from '@rialto/catalog/contract'
import { assertAnyOrder, type Story, said } from '@rialto/kit/disorder'
import { openWorld, type World } from '@rialto/kit/testing'
import service from './service.ts'
import { product } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

/** One product is priced anew, loses a variant, is taken off sale and comes back; the other one goes for good. */
async function tell(): Promise<Story> {
  const [tea, mug] = [product([100, 200, 300]), product([900])]
  const priced = (amounts: readonly number[]) =>
    tea.variants.slice(0, amounts.length).map((variant, index) => ({
      ...variant,
      price: { amount: amounts[index] as number, currency: 'EUR' },
    }))
  const versions: Product[] = [
    tea,
    { ...tea, variants: priced([110, 210, 310]) },
    { ...tea, variants: priced([120, 220]) },
    { ...tea, variants: priced([120, 220]), status: 'archived' },
    { ...tea, variants: priced([130, 230]) },
  ]
  const teas = versions.map((data, index) => ({ ...data, version: index + 1 }))
  const mugs: Product[] = [mug, { ...mug, version: 2 }]
  const removed = { id: mug.id, variantIds: mug.variants.map(({ id }) => id) }
  const events = [
    ...[...teas, ...mugs].map((data) =>
      said(productChanged, data, { aggregateId: data.id, aggregateVersion: data.version }),
    ),
    said(productRemoved, removed, { aggregateId: mug.id, aggregateVersion: 3 }),
  ]
  const outcome = () => world.database.rows`
    select price from variant_prices where product_id = any(${[tea.id, mug.id]}) order by price`
  return { events, outcome }
}

test('prices come to the same, in whatever order and however often they are told', async () => {
  await assertAnyOrder(world, tell, { runs: 40 })
})
