import type { Agent } from 'node:http'
import { address, buy, newShopper, type Shopper } from '../shopper.ts'

// What is measured at each size. Each address with a query is written in another way, so that no kept answer is told.

export interface Stage {
  readonly url: string
  readonly agent: Agent
  readonly products: number
  readonly staff: Shopper
  readonly customer: Shopper
  /** Guests with so many lines in their carts. */
  readonly carts: ReadonlyMap<number, Shopper>
}

export type Act = (turn: number) => Promise<unknown>

export interface Work {
  readonly name: string
  /** Makes ready what is not measured. */
  readonly prepare: (stage: Stage) => Promise<Act>
  /** So many times; a quick one is done often. */
  readonly times: number
}

export const works: readonly Work[] = [
  reading('product list', () => '/search?limit=20'),
  deep('product list, page 100', '/search?limit=20'),
  reading('product page', ({ products }) => `/products/goods-${some(products)}`, 1_000),
  reading('search, common word', () => '/search?q=classic&limit=20'),
  reading('search, frequent word', () => '/search?q=lamp&limit=20'),
  reading('search, two words', () => '/search?q=oak+lamp&limit=20'),
  reading('search, rare word', ({ products }) => `/search?q=sku-${some(products)}-1&limit=20`),
  reading('search, typo', () => '/search?q=clasic&limit=20'),
  reading('search, beginning', () => '/search?q=cla&limit=20'),
  reading('suggestions', () => '/search/suggestions?q=oak+la&limit=8'),
  reading('category with facets', () => '/search?category=tree-1&limit=20'),
  reading('category, small, with facets', () => '/search?category=leaf-1910'),
  reading(
    'category by price, filtered',
    () => '/search?category=tree-1&filters=Colour:Red&sort=price-ascending',
  ),
  reading('categories', () => '/categories'),
  acting('add to cart', 200, async ({ url, agent, products }) => {
    let shopper = newShopper(url, agent)
    let lines = 0
    return () => {
      // A cart holds a hundred lines; most have few.
      if (++lines % 5 === 0) shopper = newShopper(url, agent)
      return expect(200, shopper.send('POST', '/cart/items', { variantId: variantOf(forSale(products)) }))
    }
  }),
  ...[1, 10, 100].map((lines) => cartPage(lines)),
  acting('whole checkout', 60, async ({ url, agent, products }) => {
    const run = Date.now()
    return async (turn) => {
      const bought = await buy(newShopper(url, agent), variantOf(forSale(products)), `growth-${run}-${turn}`)
      if (bought.code !== 'confirmed')
        throw new Error(`A checkout ended with ${bought.status} ${bought.code}.`)
    }
  }),
  acting(
    'order history',
    200,
    async ({ customer }) =>
      () =>
        get(customer, '/orders?limit=20'),
  ),
  acting('order history, last page', 200, async ({ customer }) => {
    const path = await pageOf(customer, '/orders?limit=100', 9)
    return () => get(customer, path)
  }),
  acting(
    'admin: orders',
    200,
    async ({ staff }) =>
      () =>
        get(staff, '/orders?limit=50'),
  ),
  acting('admin: orders, page 20', 200, async ({ staff }) => {
    const path = await pageOf(staff, '/orders?limit=50', 19)
    return () => get(staff, path)
  }),
  acting('admin: orders to be packed', 200, async ({ staff }) => {
    return () => get(staff, '/orders?limit=50&status=processing&fulfilmentStatus=none')
  }),
  acting('admin: products by a part of the title', 100, async ({ staff }) => {
    return () => get(staff, '/products?limit=50&q=copper%20lamp')
  }),
]

function reading(name: string, path: (stage: Stage) => string, times = 200): Work {
  return acting(name, times, async (stage) => {
    const shopper = newShopper(stage.url, stage.agent)
    return () => get(shopper, path(stage))
  })
}

function deep(name: string, path: string): Work {
  return acting(name, 200, async ({ url, agent }) => {
    const shopper = newShopper(url, agent)
    const far = await pageOf(shopper, path, 49)
    return () => get(shopper, far)
  })
}

function cartPage(lines: number): Work {
  return acting(`cart page, ${lines} ${lines === 1 ? 'line' : 'lines'}`, 100, async ({ carts }) => {
    const shopper = carts.get(lines)
    if (!shopper) throw new Error(`Nobody has ${lines} lines.`)
    return () => expect(200, shopper.send('GET', '/cart'))
  })
}

function acting(name: string, times: number, prepare: Work['prepare']): Work {
  return { name, times, prepare }
}

/** Fills a cart with so many lines, and an address. */
export async function fillCart(
  stage: Pick<Stage, 'url' | 'agent' | 'products'>,
  lines: number,
): Promise<Shopper> {
  const shopper = newShopper(stage.url, stage.agent)
  for (let line = 1; line <= lines; line++)
    await expect(
      200,
      shopper.send('POST', '/cart/items', { variantId: variantOf(line * 7 + (line % 20 === 0 ? 1 : 0)) }),
    )
  await expect(200, shopper.send('PUT', '/cart/delivery', { email: 'cart@growth.example', address }))
  return shopper
}

/** The page that comes so many pages behind the first one. */
async function pageOf(shopper: Shopper, path: string, behind: number): Promise<string> {
  let next = ''
  for (let page = 0; page < behind; page++) {
    const { body } = await shopper.send<{ next?: string }>('GET', `${path}${next}`)
    if (!body.next) break
    next = `&after=${encodeURIComponent(body.next)}`
  }
  return path + next
}

function get(shopper: Shopper, path: string): Promise<unknown> {
  return expect(200, shopper.send('GET', otherwise(path)))
}

let written = 0

/** The same address in another spelling, of which there must be enough: of its query, or else of its last part. */
function otherwise(path: string): string {
  const [, before = '', asked = ''] = /^(.*[?/])(.*)$/.exec(path) ?? []
  return before + spelled(before === '/search?' ? `${asked}&facets=true` : asked)
}

/** Some signs by their codes. */
function spelled(text: string): string {
  let bits = ++written
  return text.replace(/%[0-9A-F]{2}|[a-z\d]/gi, (letter) => {
    const coded = bits % 2 === 1 && letter.length === 1
    bits = Math.floor(bits / 2)
    return coded ? `%${letter.charCodeAt(0).toString(16).toUpperCase()}` : letter
  })
}

async function expect(status: number, asking: Promise<{ status: number; body: unknown }>): Promise<unknown> {
  const reply = await asking
  if (reply.status !== status) throw new Error(`It answers ${reply.status}: ${JSON.stringify(reply.body)}`)
  return reply.body
}

let seed = 42

/** A number from 1 to `most`, in a sequence that is the same each time. */
export function some(most: number): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return 1 + (seed % most)
}

/** Each twentieth product is sold out. */
function forSale(products: number): number {
  const picked = some(products)
  return picked % 20 === 0 ? picked - 1 : picked
}

function variantOf(product: number): string {
  return `var_01${String(product * 8 + 1).padStart(24, '0')}`
}
