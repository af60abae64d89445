import { until } from '@rialto/kit/until'
import { query } from './ask-database.ts'
import { categories, type Good, makeGoods } from './goods.ts'
import { ask, type HttpClient } from './http-client.ts'
import type { Size } from './platform.ts'
import { buyer, customer, type Learned, staff } from './storefront.ts'
import { checkout, newGuest, signedIn } from './vendure-storefront.ts'

export type Graph = <Data>(query: string, variables?: object) => Promise<Data>
type Id = { readonly id: string }
type More = Readonly<Record<string, string>>

export async function asAdmin(client: HttpClient): Promise<Graph> {
  const headers = await signedIn(client, 'admin', staff)
  return async <Data>(text: string, variables: object = {}) => {
    const body = { query: text, variables }
    const { reply } = await ask<{ data: Data; errors?: unknown[] }>(
      client,
      'POST',
      '/admin-api',
      body,
      headers,
    )
    if (reply.errors)
      throw new Error(`Vendure refuses ${text.slice(0, 60)}: ${JSON.stringify(reply.errors).slice(0, 300)}`)
    return reply.data
  }
}

/** Opens the shop and fills it through the admin API, which takes one product at a time. */
export async function fillShop(client: HttpClient, size: Size, databaseUrl: string): Promise<Learned> {
  const graph = await asAdmin(client)
  const { more, facetValues } = await openShop(graph)
  const goods = makeGoods(size.products)
  const variants: string[][] = []
  let next = 0
  const addNext = async () => {
    for (let index = next++; index < goods.length; index = next++) {
      const good = goods[index] as Good
      variants[index] = await addGood(graph, more, facetValues[good.category] ?? '', good)
    }
  }
  await Promise.all([addNext(), addNext(), addNext(), addNext()])
  await addCollections(graph, facetValues, databaseUrl)
  const learned = {
    variants: variants.flat(),
    handles: goods.map(({ handle }) => handle),
    historyOrders: size.historyOrders,
    more,
  }
  await addHistory(client, graph, learned, databaseUrl)
  return { ...learned, more: { ...more, facetValue: facetValues[0] ?? '' } }
}

async function openShop(graph: Graph) {
  const mutate = async (name: string, type: string, input: object, fields = 'id') => {
    const text = `mutation($i:${type}!){r:${name}(input:$i){${fields}}}`
    return (await graph<{ r: Id & { values: { id: string; code: string }[] } }>(text, { i: input })).r
  }
  const country = await mutate('createCountry', 'CreateCountryInput', {
    code: buyer.country,
    enabled: true,
    translations: inEnglish({ name: 'Germany' }),
  })
  const zone = await mutate('createZone', 'CreateZoneInput', { name: 'Germany', memberIds: [country.id] })
  const tax = await mutate('createTaxCategory', 'CreateTaxCategoryInput', {
    name: 'Standard',
    isDefault: true,
  })
  const rate = { name: 'Standard', enabled: true, value: 19, categoryId: tax.id, zoneId: zone.id }
  await mutate('createTaxRate', 'CreateTaxRateInput', rate)
  const { activeChannel } = await graph<{ activeChannel: Id }>('{activeChannel{id}}')
  const channel = {
    id: activeChannel.id,
    defaultTaxZoneId: zone.id,
    defaultShippingZoneId: zone.id,
    availableCurrencyCodes: ['EUR'],
    defaultCurrencyCode: 'EUR',
    pricesIncludeTax: true,
  }
  await mutate('updateChannel', 'UpdateChannelInput', channel, '__typename ...on Channel{id}')
  const shipping = await mutate('createShippingMethod', 'CreateShippingMethodInput', shippingMethod)
  await mutate('createPaymentMethod', 'CreatePaymentMethodInput', {
    code: 'dummy',
    enabled: true,
    handler: { code: 'dummy-payment-handler', arguments: [argument('automaticSettle', 'true')] },
    translations: inEnglish({ name: 'Card', description: '' }),
  })
  const { stockLocations } = await graph<{ stockLocations: { items: Id[] } }>('{stockLocations{items{id}}}')
  const values = categories.map(({ handle, name }) => ({ code: handle, translations: inEnglish({ name }) }))
  const facet = { code: 'category', isPrivate: false, translations: inEnglish({ name: 'Category' }), values }
  const made = await mutate('createFacet', 'CreateFacetInput', facet, 'id values{id code}')
  const facetValues = categories.map(
    ({ handle }) => made.values.find(({ code }) => code === handle)?.id ?? '',
  )
  const location = stockLocations.items[0]?.id ?? ''
  return { facetValues, more: { shippingMethod: shipping.id, taxCategory: tax.id, location } as More }
}

const shippingMethod = {
  code: 'standard',
  fulfillmentHandler: 'manual-fulfillment',
  checker: { code: 'default-shipping-eligibility-checker', arguments: [argument('orderMinimum', 0)] },
  calculator: {
    code: 'default-shipping-calculator',
    arguments: [argument('rate', 500), argument('includesTax', 'auto'), argument('taxRate', 19)],
  },
  translations: inEnglish({ name: 'Standard', description: '' }),
}

export async function addGood(graph: Graph, more: More, facetValue: string, good: Good): Promise<string[]> {
  const { title: name, handle: slug, description, variants } = good
  const { createProduct } = await graph<{ createProduct: Id }>(
    'mutation($i:CreateProductInput!){createProduct(input:$i){id}}',
    {
      i: { enabled: true, facetValueIds: [facetValue], translations: inEnglish({ name, slug, description }) },
    },
  )
  const { createProductOptionGroup: group } = await graph<{
    createProductOptionGroup: { id: string; options: { id: string; code: string }[] }
  }>('mutation($i:CreateProductOptionGroupInput!){createProductOptionGroup(input:$i){id options{id code}}}', {
    i: {
      code: `${slug}-size`,
      translations: inEnglish({ name: 'Size' }),
      options: variants.map(({ size }) => ({
        code: size.toLowerCase(),
        translations: inEnglish({ name: size }),
      })),
    },
  })
  await graph('mutation($p:ID!,$g:ID!){addOptionGroupToProduct(productId:$p,optionGroupId:$g){id}}', {
    p: createProduct.id,
    g: group.id,
  })
  const { createProductVariants: made } = await graph<{ createProductVariants: Id[] }>(
    'mutation($i:[CreateProductVariantInput!]!){createProductVariants(input:$i){id}}',
    {
      i: variants.map(({ size, sku, price, stock }) => ({
        productId: createProduct.id,
        sku,
        price,
        trackInventory: 'TRUE',
        taxCategoryId: more.taxCategory,
        optionIds: group.options.filter(({ code }) => code === size.toLowerCase()).map(({ id }) => id),
        stockLevels: [{ stockLocationId: more.location, stockOnHand: stock }],
        translations: inEnglish({ name: `${name} ${size}` }),
      })),
    },
  )
  return made.map(({ id }) => id)
}

async function addCollections(graph: Graph, facetValues: readonly string[], url: string): Promise<void> {
  for (const [index, { name, handle: slug }] of categories.entries()) {
    const ids = argument('facetValueIds', JSON.stringify([facetValues[index]]))
    const filters = [{ code: 'facet-value-filter', arguments: [ids, argument('containsAny', 'false')] }]
    await graph('mutation($i:CreateCollectionInput!){createCollection(input:$i){id}}', {
      i: { isPrivate: false, filters, translations: inEnglish({ name, slug, description: '' }) },
    })
  }
  await finishedJobs(graph, 'apply-collection-filters')
  // Each change has left a job of its own, five a second: the whole index made anew takes their place.
  await query(url, `delete from job_record where "queueName" = 'update-search-index' and state = 'PENDING'`)
  await graph('mutation{reindex{id}}')
  await finishedJobs(graph, 'update-search-index')
}

/** The worker has nothing left to do in that queue. */
async function finishedJobs(graph: Graph, queue: string): Promise<void> {
  const text = `{jobs(options:{filter:{isSettled:{eq:false},queueName:{eq:"${queue}"}}}){totalItems}}`
  await until(
    'Vendure has done its jobs',
    async () => (await graph<{ jobs: { totalItems: number } }>(text)).jobs.totalItems === 0,
    { limitMs: 600_000, everyMs: 500 },
  )
}

/** One order by a checkout of the customer; the others are copies of it in the database, as nothing takes many at once. */
async function addHistory(client: HttpClient, graph: Graph, learned: Learned, url: string): Promise<void> {
  const { email: emailAddress, password } = customer
  await graph(
    'mutation($i:CreateCustomerInput!,$p:String){createCustomer(input:$i,password:$p){__typename}}',
    {
      i: { firstName: buyer.firstName, lastName: buyer.lastName, emailAddress },
      p: password,
    },
  )
  const send = newGuest(client, await signedIn(client, 'shop', customer))
  const id = await checkout(send, learned, learned.variants[0] ?? '')
  const copies = [id, learned.historyOrders - 1]
  const columns = async (table: string) => {
    const text = `select column_name as name from information_schema.columns where table_name = $1 and column_name <> 'id'`
    const rows = await query<{ name: string }>(url, text, [table])
    return rows.map(({ name }) => `"${name}"`)
  }
  const order = await columns('order')
  const changed = order.map((name) => (name === '"code"' ? `code || '-' || copy` : name))
  await query(
    url,
    `insert into "order" (${order}) select ${changed} from "order", generate_series(1, $2::int) copy where id = $1`,
    copies,
  )
  for (const table of ['order_line', 'shipping_line', 'payment', 'order_channels_channel']) {
    const names = await columns(table)
    const values = names.map((name) => (name === '"orderId"' ? 'made.id' : `line.${name}`))
    const text = `insert into ${table} (${names}) select ${values} from ${table} line, "order" first, "order" made
      where first.id = $1 and line."orderId" = first.id and made.code like first.code || '-%'`
    await query(url, text, [id])
  }
}

function inEnglish(texts: object): object[] {
  return [{ languageCode: 'en', ...texts }]
}

function argument(name: string, value: string | number): { name: string; value: string } {
  return { name, value: String(value) }
}
