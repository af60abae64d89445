import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessList, type Operation } from '@rialto/kit/contract'
import { pricing } from '@rialto/pricing/contract'
import pg from 'pg'
import { contracts } from '../contracts.ts'
import { openTestProvider, type TestProvider } from '../services/identity/providers/testing.ts'
import { loadServices, serviceNames } from '../services.ts'
import { comeToFullRest } from './content.ts'
import { excuses, notOfShoppers, staysSmall } from './costs/excused.ts'
import { listenToHandlers } from './costs/handlers.ts'
import { multiply } from './costs/multiply.ts'
import { type Fault, faultsOf } from './costs/plan.ts'
import { type CountedShop, openCountedShop } from './costs/shop.ts'
import { listenToStatements, type Statement } from './costs/statements.ts'
import { walkAsShopper } from './costs/walk.ts'
import { publicUrl, walkOtherWaysIn } from './costs/walk-ways-in.ts'
import { type Good, stockShop } from './goods.ts'
import { openStaff } from './visitor.ts'

// Every statement that shoppers' operations lead to, also in events and jobs, against tables that have grown.

const goods: readonly Good[] = Array.from({ length: 12 }, (_, index) => ({
  handle: `wool-cap-${index}`,
  title: `Wool Cap ${index}`,
  price: 2490 + index,
  quantity: 1_000,
  category: index % 2 === 0 ? 'Fashion > Hats' : 'Fashion > Caps',
  colour: index % 3 === 0 ? 'Red' : 'Straw',
}))
/** Of each statement so many sets of values are looked at: the best plan may depend on them. */
const valuesAtMost = 3

let shop: CountedShop
let provider: TestProvider
const done = new Set<string>()
type Looked = Pick<Statement, 'database' | 'text' | 'values' | 'generic'>
const statements = new Map<string, Statement[]>()

before(async () => {
  listenToHandlers(await loadServices(serviceNames), (operation) => done.add(operation))
  provider = await openTestProvider(publicUrl)
  shop = await openCountedShop({
    PUBLIC_URL: `${publicUrl}/`,
    SIGN_IN_PROVIDERS: JSON.stringify([provider.settings]),
  })
  const staff = await openStaff(shop)
  const stocked = await stockShop(staff, goods)
  const action = { kind: 'percent', percent: 10 } as const
  await staff(pricing.createPromotion, { label: 'Ten off', coupon: 'TEN', action })
  await staff(pricing.createPromotion, { label: 'For all', action })
  await comeToFullRest(shop.platform.mounted)
  done.clear()
  const end = listenToStatements(keep)
  const variantIds = [...stocked.values()].slice(0, 3).flatMap(([variant]) => variant?.id ?? [])
  await walkAsShopper({
    url: shop.url,
    staff,
    variantIds,
    handle: 'wool-cap-3',
    category: 'hats',
    coupon: 'TEN',
  })
  await walkOtherWaysIn({ url: shop.url, provider })
  await comeToFullRest(shop.platform.mounted)
  end()
  await shop.end()
  for (const [name, url] of Object.entries(shop.urls))
    await withClient(url, (client) => multiply(client, (table) => staysSmall(name, table)))
})
after(async () => {
  await shop?.close()
  await provider?.close()
})

function keep(statement: Statement): void {
  if (!/^\s*(select|with|insert|update|delete)\b/i.test(statement.text)) return
  // This test's own, by which it brings forward what is due soon.
  if (/due_at < now\(\) \+/.test(statement.text)) return
  const key = `${statement.database} ${statement.generic} ${statement.text}`
  const known = statements.get(key) ?? []
  statements.set(key, [...known, statement].slice(-valuesAtMost))
}

test('the walk has done everything that shoppers can ask for', () => {
  const ofShoppers = (operation: Operation) =>
    !operation.internal &&
    accessList(operation).some((access) => ['anyone', 'shopper', 'owner', 'customer'].includes(access))
  const wanted = contracts
    .flatMap(({ operations }) => operations.filter(ofShoppers))
    .map(({ service, name }) => `${service}.${name}`)
    .filter((name) => !(name in notOfShoppers))
  const missing = wanted.filter((name) => !done.has(name))
  assert.deepEqual(missing, [], 'Ask for it in e2e/costs/walk.ts, so that its statements are looked at.')
})

for (const service of serviceNames) {
  test(`no statement of ${service} reads more the more there is`, async () => {
    const faults = await look(service, [...statements.values()].flat())
    const unexcused = faults.filter((fault) => !excuses.some((excuse) => excuse.covers(fault)))
    assert.deepEqual(unexcused.map(said), [])
  })
}

test('every excuse is needed', async () => {
  const all = [...statements.values()].flat()
  const faults = (await Promise.all(serviceNames.map((service) => look(service, all)))).flat()
  const idle = excuses.filter((excuse) => !excuse.sometimes && !faults.some((fault) => excuse.covers(fault)))
  assert.deepEqual(
    idle.map(({ because }) => because),
    [],
  )
})

const bad: Readonly<Record<string, string>> = {
  'reads the whole table': 'select id from orders where email = $1',
  'throws most rows away':
    'select id from orders where owner_id = $1 or placed_at < now() order by placed_at desc limit 5000',
  'has no bound': "select id from orders where id > 'a' and total > length($1) order by total limit 5",
  'reads without a bound':
    'select id from orders where length($1) > 0 and placed_at < now() order by placed_at desc offset 5000 limit 5',
}
for (const [what, text] of Object.entries(bad)) {
  test(`it is noticed when a statement ${what}`, async () => {
    const database = new URL(shop.urls.orders ?? '').pathname.slice(1)
    const statement = { database, text, values: ['nobody@shop.example'], generic: true }
    const faults = await look('orders', [statement])
    assert.ok(faults.length > 0, text)
  })
}

async function look(service: string, all: readonly Looked[]): Promise<Fault[]> {
  const url = shop.urls[service] ?? ''
  const own = all.filter(({ database }) => database === new URL(url).pathname.slice(1))
  const grows = (table: string) => !staysSmall(service, table)
  return withClient(url, async (client) => {
    const faults: Fault[] = []
    for (const statement of own) {
      for (const fault of await faultsOf(client, statement, grows))
        faults.push({ ...fault, database: service })
    }
    return faults
  })
}

function said({ text, what }: Fault): string {
  return `${what}: ${text.replace(/\s+/g, ' ').trim()}`
}

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
