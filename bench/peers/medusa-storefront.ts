import { categories, searchWords } from './goods.ts'
import { type Ask, ask, type HttpClient } from './http-client.ts'
import {
  buyer,
  carts,
  customer,
  type Learned,
  offsetsOf,
  type Page,
  pageSize,
  type Storefront,
  staff,
} from './storefront.ts'

const address = {
  first_name: buyer.firstName,
  last_name: buyer.lastName,
  address_1: buyer.street,
  city: buyer.city,
  postal_code: buyer.postalCode,
  country_code: buyer.country.toLowerCase(),
  phone: buyer.phone,
}
const price = '*variants.calculated_price'
const priceAndStock = `${price},+variants.inventory_quantity`

/** What Medusa's starter storefront asks for, at the store API. */
export function medusaStorefront(client: HttpClient, learned: Learned): Storefront {
  const { region, key, shippingOption } = learned.more
  const own = { 'x-publishable-api-key': key ?? '' }
  const post = async <Reply>(path: string, body: unknown): Promise<Reply> =>
    (await ask<Reply>(client, 'POST', path, body, own)).reply
  const products = (query: Record<string, string | number>): Ask => ({
    method: 'GET',
    path: `/store/products?${new URLSearchParams({ region_id: region ?? '', ...mapped(query) })}`,
    headers: own,
  })
  const newCart = async (variant: string, quantity = 1): Promise<string> => {
    const { cart } = await post<{ cart: { id: string } }>('/store/carts', { region_id: region })
    await post(`/store/carts/${cart.id}/line-items`, { variant_id: variant, quantity })
    return cart.id
  }
  return {
    pages: (reading) => pagesOf(reading, { client, learned, own, products, newCart, post }),
    addToCart: async (variant) => void (await newCart(variant)),
    checkout: async (variant, email) => {
      const cart = `/store/carts/${await newCart(variant)}`
      await post(cart, { email, shipping_address: address, billing_address: address })
      await post(`${cart}/shipping-methods`, { option_id: shippingOption })
      const { payment_collection: payment } = await post<{ payment_collection: { id: string } }>(
        '/store/payment-collections',
        { cart_id: cart.split('/').at(-1) },
      )
      await post(`/store/payment-collections/${payment.id}/payment-sessions`, {
        provider_id: 'pp_system_default',
      })
      const done = await post<{ type: string; order?: { id: string }; error?: { message?: string } }>(
        `${cart}/complete`,
        {},
      )
      if (done.type !== 'order' || !done.order)
        throw new Error(`complete: ${done.error?.message ?? done.type}`)
      return done.order.id
    },
  }
}

interface Means {
  readonly client: HttpClient
  readonly learned: Learned
  readonly own: Record<string, string>
  readonly products: (query: Record<string, string | number>) => Ask
  readonly newCart: (variant: string) => Promise<string>
  readonly post: <Reply>(path: string, body: unknown) => Promise<Reply>
}

async function pagesOf(reading: Parameters<Storefront['pages']>[0], means: Means): Promise<readonly Page[]> {
  const { client, learned, own, products } = means
  switch (reading) {
    case 'list':
      return offsetsOf(learned).map((offset) => [
        products({ limit: pageSize, offset, fields: priceAndStock }),
      ])
    case 'product':
      return learned.handles.map((handle) => [products({ handle, limit: 1, fields: priceAndStock })])
    case 'search':
      return searchWords.map((word) => [products({ q: word, limit: pageSize, fields: priceAndStock })])
    case 'category':
      // It has no facets: the list of the category is all that there is to ask for.
      return categories.map((_, index) => {
        const category = learned.more[`category-${index}`] ?? ''
        return [products({ 'category_id[]': category, limit: pageSize, fields: priceAndStock })]
      })
    case 'cart':
      return Promise.all(Array.from({ length: carts }, (_, index) => cartPage(means, index)))
    case 'history': {
      const headers = { ...own, ...(await signedIn(client, 'customer', customer)) }
      return [[{ method: 'GET', path: `/store/orders?limit=${pageSize}&order=-created_at`, headers }]]
    }
    case 'admin': {
      const headers = await signedIn(client, 'user', staff)
      return [[{ method: 'GET', path: `/admin/orders?limit=${pageSize}&order=-created_at`, headers }]]
    }
  }
}

async function cartPage({ learned, own, newCart, post }: Means, index: number): Promise<Page> {
  const variant = (item: number) => learned.variants[(index * 31 + item * 7) % learned.variants.length] ?? ''
  const id = await newCart(variant(0))
  for (const item of [1, 2])
    await post(`/store/carts/${id}/line-items`, { variant_id: variant(item), quantity: 1 })
  return [{ method: 'GET', path: `/store/carts/${id}`, headers: own }]
}

export async function signedIn(
  client: HttpClient,
  kind: 'user' | 'customer',
  { email, password }: { email: string; password: string },
): Promise<Record<string, string>> {
  const { reply } = await ask<{ token: string }>(client, 'POST', `/auth/${kind}/emailpass`, {
    email,
    password,
  })
  return { authorization: `Bearer ${reply.token}` }
}

function mapped(query: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]))
}
