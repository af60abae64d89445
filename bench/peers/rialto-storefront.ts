import { until } from '@rialto/kit/until'
import { addressesOf, pageQuery } from '../product-page.ts'
import { categories, searchWords } from './goods.ts'
import { type Answer, type Ask, ask, type HttpClient } from './http-client.ts'
import {
  buyer,
  carts,
  customer,
  type Learned,
  mostListPages,
  type Page,
  pageSize,
  type Storefront,
  staff,
} from './storefront.ts'

const card = { number: '4242424242424242', expiry: '12/34', cvc: '123' }
const address = {
  name: `${buyer.firstName} ${buyer.lastName}`,
  line1: buyer.street,
  city: buyer.city,
  postalCode: buyer.postalCode,
  country: buyer.country,
}

interface Cart {
  readonly items: readonly unknown[]
  readonly quote: { readonly total: number; readonly currency: string }
  readonly deliveryOptions: readonly { readonly methodId: string }[]
}

/** What Rialto's storefront asks for, over HTTP at the public address as any other client would. */
export function rialtoStorefront(client: HttpClient, learned: Learned): Storefront {
  const get = (path: string, headers?: Ask['headers']): Ask => ({
    method: 'GET',
    path: `/api${path}`,
    headers,
  })
  const single = (paths: readonly string[]): Page[] => paths.map((path) => [get(path)])
  return {
    pages: async (reading) => {
      switch (reading) {
        case 'list':
          return single(await listPaths(client))
        case 'product':
          return productPages(client, learned)
        case 'search':
          return single(searchWords.map((word) => `/search?q=${word}&limit=${pageSize}`))
        case 'category':
          return single(categories.map(({ handle }) => `/search?category=${handle}&limit=${pageSize}`))
        case 'cart': {
          const cookies = Array.from({ length: carts }, (_, index) => filledCart(client, learned, index))
          return (await Promise.all(cookies)).map((cookie) => [get('/cart', { cookie })])
        }
        case 'history':
          return [[get(`/orders?limit=${pageSize}`, await signedIn(client, customer))]]
        case 'admin':
          return [[get(`/orders?limit=${pageSize}`, await signedIn(client, staff))]]
      }
    },
    addToCart: async (variantId) => {
      await newGuest(client)('POST', '/cart/items', { variantId })
    },
    checkout: (variantId, email) => checkout(client, variantId, email),
  }
}

async function checkout(
  client: HttpClient,
  variantId: string,
  email: string,
  headers?: Ask['headers'],
): Promise<string> {
  const send = newGuest(client, headers)
  await send('POST', '/cart/items', { variantId })
  const placed = await send<Cart>('PUT', '/cart/delivery', { email, address })
  const deliveryMethodId = placed.deliveryOptions[0]?.methodId
  const { quote } = await send<Cart>('PUT', '/cart/delivery', { deliveryMethodId })
  const { token } = await send<{ token: string }>('POST', '/sandbox-gateway/tokens', card)
  const order = {
    expectedTotal: { amount: quote.total, currency: quote.currency },
    payment: { gateway: 'sandbox', token },
  }
  const bought = await send<{ status: string; orderId?: string; failure?: { code?: string } }>(
    'POST',
    '/checkouts',
    order,
  )
  if (bought.status !== 'confirmed' || !bought.orderId) {
    throw new Error(`checkout ${bought.status} ${bought.failure?.code ?? ''}`.trim())
  }
  return bought.orderId
}

/** Fills the history of the customer by buying so often, as many at once as their one cart allows. */
export async function buyOften(client: HttpClient, learned: Learned, times: number): Promise<void> {
  const headers = await signedIn(client, customer)
  for (let bought = 0; bought < times; bought++) {
    const variant = learned.variants[bought % learned.variants.length] ?? ''
    await checkout(client, variant, customer.email, headers)
    await until('the cart is empty', async () => {
      const { reply } = await ask<Cart>(client, 'GET', '/api/cart', undefined, headers)
      return reply.items.length === 0
    })
  }
}

/** A visitor who is sent their cookies back, as a browser does. */
function newGuest(client: HttpClient, identity: Ask['headers'] = {}) {
  let cookie = ''
  return async <Reply>(method: string, path: string, body: unknown): Promise<Reply> => {
    const headers = { ...identity, ...(cookie && { cookie }) }
    const { reply, headers: given } = await ask<Reply>(client, method, `/api${path}`, body, headers)
    cookie ||= cookieOf(given)
    return reply
  }
}

function cookieOf(headers: Answer['headers']): string {
  const lines = [headers['set-cookie'] ?? []].flat()
  return lines.map((line) => line.split(';')[0]).join('; ')
}

async function filledCart(client: HttpClient, { variants }: Learned, index: number): Promise<string> {
  let cookie = ''
  for (let item = 0; item < 3; item++) {
    const body = { variantId: variants[(index * 31 + item * 7) % variants.length] }
    const { headers } = await ask(client, 'POST', '/api/cart/items', body, cookie ? { cookie } : {})
    cookie ||= cookieOf(headers)
  }
  return cookie
}

export async function signedIn(
  client: HttpClient,
  { email, password }: { email: string; password: string },
): Promise<Record<string, string>> {
  const { reply } = await ask<{ token: string }>(client, 'POST', '/api/sign-in', { email, password })
  return { authorization: `Bearer ${reply.token}` }
}

/** Each is one question to the graph, as it has product and stock together. */
async function productPages(client: HttpClient, { handles }: Learned): Promise<Page[]> {
  const [first = ''] = handles
  await ask(client, 'GET', addressesOf(pageQuery, first).whole, undefined)
  return handles.map((handle) => [{ method: 'GET', path: addressesOf(pageQuery, handle).byHash }])
}

/** The addresses of all pages of the list, as each page names the next one. */
async function listPaths(client: HttpClient): Promise<string[]> {
  const paths: string[] = []
  for (let after = ''; ; ) {
    const path = `/search?limit=${pageSize}&facets=false${after && `&after=${encodeURIComponent(after)}`}`
    paths.push(path)
    const { reply } = await ask<{ next?: string }>(client, 'GET', `/api${path}`, undefined)
    if (!reply.next || paths.length === mostListPages) return paths
    after = reply.next
  }
}
