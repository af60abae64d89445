import { categories, type Good, makeGoods } from './goods.ts'
import { ask, type HttpClient } from './http-client.ts'
import { signedIn } from './medusa-storefront.ts'
import type { Size } from './platform.ts'
import { buyer, customer, type Learned, staff } from './storefront.ts'

type Id = { readonly id: string }
type Post = <Reply>(path: string, body: unknown) => Promise<Reply>
interface Admin {
  readonly post: Post
  readonly get: <Reply>(path: string) => Promise<Reply>
}

export async function asAdmin(client: HttpClient): Promise<Admin> {
  const headers = await signedIn(client, 'user', staff)
  return {
    post: async <Reply>(path: string, body: unknown) =>
      (await ask<Reply>(client, 'POST', `/admin/${path}`, body, headers)).reply,
    get: async <Reply>(path: string) =>
      (await ask<Reply>(client, 'GET', `/admin/${path}`, undefined, headers)).reply,
  }
}

/** Opens the shop and fills it through the admin API, products and stock by its batches. */
export async function fillShop(client: HttpClient, { products, historyOrders }: Size): Promise<Learned> {
  const admin = await asAdmin(client)
  const more = { ...(await openShop(admin)), ...(await addCategories(admin)) }
  const goods = makeGoods(products)
  const variants: string[] = []
  for (let first = 0; first < goods.length; first += 25) {
    const added = await addGoods(admin, more, goods.slice(first, first + 25))
    variants.push(...added.variants)
  }
  const { customerId } = await addCustomer(client, more)
  return {
    variants,
    handles: goods.map(({ handle }) => handle),
    historyOrders,
    more: { ...more, customerId },
  }
}

type More = Readonly<Record<string, string>>

async function openShop({ post, get }: Admin): Promise<Record<string, string>> {
  const country = buyer.country.toLowerCase()
  const { stores } = await get<{ stores: Id[] }>('stores')
  const { sales_channels: channels } = await get<{ sales_channels: Id[] }>('sales-channels')
  const [store, channel] = [stores[0]?.id ?? '', channels[0]?.id ?? '']
  const currencies = [{ currency_code: 'eur', is_default: true }]
  await post(`stores/${store}`, { supported_currencies: currencies, default_sales_channel_id: channel })
  const { region } = await post<{ region: Id }>('regions', {
    name: 'Germany',
    currency_code: 'eur',
    countries: [country],
    payment_providers: ['pp_system_default'],
  })
  await post('tax-regions', {
    country_code: country,
    provider_id: 'tp_system',
    default_tax_rate: { name: 'Standard', rate: 19, code: 'standard' },
  })
  const { stock_location: location } = await post<{ stock_location: Id }>('stock-locations', {
    name: 'Main',
    address: { address_1: 'Depot 1', city: 'Berlin', country_code: country },
  })
  const at = `stock-locations/${location.id}`
  await post(`${at}/fulfillment-providers`, { add: ['manual_manual'] })
  await post(`${at}/sales-channels`, { add: [channel] })
  const delivery = await addDelivery({ post, get }, at, country)
  const { api_keys: keys } = await get<{ api_keys: { id: string; token: string }[] }>(
    'api-keys?type=publishable',
  )
  const made = { title: 'web', type: 'publishable' }
  const key = keys[0] ?? (await post<{ api_key: { id: string; token: string } }>('api-keys', made)).api_key
  // The key that the migrations make belongs to the channel already.
  await post(`api-keys/${key.id}/sales-channels`, { add: [channel] }).catch(() => undefined)
  return { channel, region: region.id, location: location.id, key: key.token, ...delivery }
}

async function addDelivery({ post, get }: Admin, at: string, country: string) {
  const { stock_location: withSets } = await post<{ stock_location: { fulfillment_sets: Id[] } }>(
    `${at}/fulfillment-sets?fields=id,*fulfillment_sets`,
    { name: 'Delivery', type: 'shipping' },
  )
  const { fulfillment_set: withZones } = await post<{ fulfillment_set: { service_zones: Id[] } }>(
    `fulfillment-sets/${withSets.fulfillment_sets[0]?.id}/service-zones?fields=id,*service_zones`,
    { name: 'Germany', geo_zones: [{ type: 'country', country_code: country }] },
  )
  const { shipping_profiles: profiles } = await get<{ shipping_profiles: Id[] }>('shipping-profiles')
  const profile =
    profiles[0] ??
    (await post<{ shipping_profile: Id }>('shipping-profiles', { name: 'Default', type: 'default' }))
      .shipping_profile
  const { shipping_option: option } = await post<{ shipping_option: Id }>('shipping-options', {
    name: 'Standard',
    service_zone_id: withZones.service_zones[0]?.id,
    shipping_profile_id: profile.id,
    provider_id: 'manual_manual',
    price_type: 'flat',
    type: { label: 'Standard', description: 'Standard', code: 'standard' },
    prices: [{ currency_code: 'eur', amount: 5 }],
    rules: [
      { attribute: 'enabled_in_store', operator: 'eq', value: 'true' },
      { attribute: 'is_return', operator: 'eq', value: 'false' },
    ],
  })
  return { profile: profile.id, shippingOption: option.id }
}

async function addCategories({ post }: Admin): Promise<Record<string, string>> {
  const ids: Record<string, string> = {}
  for (const [index, category] of categories.entries()) {
    const body = { ...category, is_active: true, is_internal: false }
    const { product_category: made } = await post<{ product_category: Id }>('product-categories', body)
    ids[`category-${index}`] = made.id
  }
  return ids
}

/** A batch of products, then their stock. */
export async function addGoods(
  admin: Admin,
  more: More,
  goods: readonly Good[],
): Promise<{ variants: string[] }> {
  const { created } = await admin.post<{ created: { variants: Id[] }[] }>('products/batch', {
    create: goods.map((good) => productOf(good, more)),
  })
  const stock = new Map(goods.flatMap(({ variants }) => variants.map(({ sku, stock }) => [sku, stock])))
  const named = [...stock.keys()].map((sku) => `sku[]=${sku}`).join('&')
  const { inventory_items: items } = await admin.get<{ inventory_items: { id: string; sku: string }[] }>(
    `inventory-items?limit=${stock.size}&fields=id,sku&${named}`,
  )
  if (items.length !== stock.size)
    throw new Error(`Medusa tells stock of ${items.length} of ${stock.size} variants`)
  await admin.post('inventory-items/location-levels/batch', {
    create: items.map(({ id, sku }) => {
      return { inventory_item_id: id, location_id: more.location, stocked_quantity: stock.get(sku) }
    }),
    update: [],
    delete: [],
  })
  return { variants: created.flatMap(({ variants }) => variants.map(({ id }) => id)) }
}

function productOf({ title, handle, description, category, variants }: Good, more: More) {
  return {
    title,
    handle,
    description,
    status: 'published',
    shipping_profile_id: more.profile,
    categories: [{ id: more[`category-${category}`] }],
    sales_channels: [{ id: more.channel }],
    options: [{ title: 'Size', values: variants.map(({ size }) => size) }],
    variants: variants.map(({ size, sku, price }) => ({
      title: size,
      sku,
      manage_inventory: true,
      allow_backorder: false,
      options: { Size: size },
      prices: [{ currency_code: 'eur', amount: price / 100 }],
    })),
  }
}

async function addCustomer(client: HttpClient, { key }: More): Promise<{ customerId: string }> {
  const { reply } = await ask<{ token: string }>(
    client,
    'POST',
    '/auth/customer/emailpass/register',
    customer,
  )
  const headers = { authorization: `Bearer ${reply.token}`, 'x-publishable-api-key': key ?? '' }
  const who = { email: customer.email, first_name: buyer.firstName, last_name: buyer.lastName }
  const made = await ask<{ customer: Id }>(client, 'POST', '/store/customers', who, headers)
  return { customerId: made.reply.customer.id }
}
