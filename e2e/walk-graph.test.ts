import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ApiCall } from '@rialto/sdk'
import { stockShop } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import { berlin, cards, openStaff, openVisitor, type Visitor } from './visitor.ts'

// The pages of a shop, each by one question to the graph, and a purchase by its changes.

const coat = { handle: 'rain-coat', title: 'Rain Coat', category: 'Fashion > Coats' }
const goods = [
  { ...coat, price: 8900, quantity: 7, size: 'S' },
  { ...coat, price: 9400, quantity: 0, size: 'M' },
  { handle: 'apple-box', title: 'Apple Box', price: 690, quantity: 40, category: 'Food' },
]

let shop: Shop
let staff: ApiCall
let variants: Map<string, readonly { readonly id: string }[]>

before(async () => {
  shop = await openShop()
  staff = await openStaff(shop)
  variants = await stockShop(staff, goods)
})
after(() => shop?.close())

const variant = (handle: string) => variants.get(handle)?.[0]?.id ?? ''

interface Answer<Data> {
  readonly data: Data
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
}

/** Asks the graph as the visitor, whose cookies are kept. */
async function ask<Data>({ cookies }: Visitor, query: string, variables = {}): Promise<Answer<Data>> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const reply = await fetch(`${shop.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ query, variables }),
  })
  for (const line of reply.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    ;(cookies as Map<string, string>).set(name, value)
  }
  return (await reply.json()) as Answer<Data>
}

async function answered<Data>(visitor: Visitor, query: string, variables = {}): Promise<Data> {
  const { data, errors } = await ask<Data>(visitor, query, variables)
  assert.deepEqual(errors, undefined)
  return data
}

test('a product page is one question', async () => {
  const { product } = await answered<{ product: object }>(
    openVisitor(shop),
    `{ product(id: "rain-coat") {
      title vendor categories { name }
      variants { title price { amount currency } options { name value } availability { state available } }
    } }`,
  )
  const size = (title: string, amount: number, state: string, available: number) => ({
    title,
    price: { amount, currency: 'EUR' },
    options: [{ name: 'Size', value: title }],
    availability: { state, available },
  })
  assert.deepEqual(product, {
    title: 'Rain Coat',
    vendor: 'Linden',
    categories: [[{ name: 'Fashion' }, { name: 'Coats' }]],
    variants: [size('S', 8900, 'IN_STOCK', 7), size('M', 9400, 'OUT', 0)],
  })
})

test('a search is a connection with its facets', async () => {
  const { searchProducts } = await answered<{ searchProducts: { total: number; nodes: object[] } }>(
    openVisitor(shop),
    `{ searchProducts(q: "coat", first: 5) {
      total facets { name values { value count } }
      nodes { title price { amount } product { handle } }
    } }`,
  )
  assert.equal(searchProducts.total, 1)
  assert.deepEqual(searchProducts.nodes[0], {
    title: 'Rain Coat',
    price: { amount: 8900 },
    product: { handle: 'rain-coat' },
  })
})

test('a guest fills the cart, sees it in one question, and buys', async () => {
  const guest = openVisitor(shop)
  await answered(
    guest,
    `mutation ($coat: ID!, $apples: ID!) {
      coat: addCartItem(input: { variantId: $coat }) { itemCount }
      apples: addCartItem(input: { variantId: $apples, quantity: 2 }) { itemCount }
    }`,
    { coat: variant('rain-coat'), apples: variant('apple-box') },
  )
  const { cart } = await answered<{ cart: CartPage }>(
    guest,
    `{ cart {
      items { title quantity total availability variant { imageUrl product { title handle media { url } } } }
      quote { currency total } deliveryOptions { methodId }
    } }`,
  )
  assert.deepEqual(
    cart.items.map(({ quantity, availability, variant }) => [quantity, availability, variant.product.handle]),
    [
      [1, 'IN_STOCK', 'rain-coat'],
      [2, 'IN_STOCK', 'apple-box'],
    ],
  )
  const { checkout } = await answered<{
    checkout: { status: string; order: { number: string; lines: object[] } }
  }>(guest, purchase, await paymentOf(guest, 'guest@shop.example'))
  assert.equal(checkout.status, 'CONFIRMED')
  assert.equal(checkout.order.lines.length, 2)
})

interface CartPage {
  readonly items: readonly {
    readonly quantity: number
    readonly availability: string
    readonly variant: { readonly product: { readonly handle: string } }
  }[]
}

const purchase = `mutation ($payment: CheckoutPaymentInput!, $total: MoneyInput!, $key: String!) {
  checkout(input: { expectedTotal: $total, payment: $payment }, idempotencyKey: $key) {
    status order { number lines { title variant { product { title } } } }
  }
}`

/** Chooses the delivery, and gets a token for the card. */
async function paymentOf(visitor: Visitor, email: string) {
  const input = { email, country: berlin.country, address: berlin }
  const set = 'mutation ($input: SetCartDeliveryInput!) { setCartDelivery(input: $input) {'
  const offered = await answered<{ setCartDelivery: { deliveryOptions: { methodId: string }[] } }>(
    visitor,
    `${set} deliveryOptions { methodId } } }`,
    { input },
  )
  const deliveryMethodId = offered.setCartDelivery.deliveryOptions[0]?.methodId
  const chosen = await answered<{ setCartDelivery: { quote: { total: number; currency: string } } }>(
    visitor,
    `${set} quote { total currency } } }`,
    { input: { deliveryMethodId } },
  )
  const { total: amount, currency } = chosen.setCartDelivery.quote
  const { tokenizeSandboxCard } = await answered<{ tokenizeSandboxCard: { token: string } }>(
    visitor,
    'mutation ($input: TokenizeSandboxCardInput!) { tokenizeSandboxCard(input: $input) { token } }',
    { input: { number: cards.approved, expiry: '12/34', cvc: '123' } },
  )
  return {
    payment: { gateway: 'sandbox', token: tokenizeSandboxCard.token },
    total: { amount, currency },
    key: email,
  }
}

test('an account page is one question', async () => {
  const ada = openVisitor(shop)
  const account = { email: 'ada@graph.example', password: 'a-long-password', name: 'Ada' }
  await answered(ada, 'mutation ($input: RegisterInput!) { register(input: $input) { profile { id } } }', {
    input: account,
  })
  await answered(ada, 'mutation ($input: SavedAddressInput!) { addAddress(input: $input) { id } }', {
    input: berlin,
  })
  await answered(ada, 'mutation ($id: ID!) { addCartItem(input: { variantId: $id }) { itemCount } }', {
    id: variant('apple-box'),
  })
  await answered(ada, purchase, await paymentOf(ada, account.email))
  const page = await answered<{ orders: { edges: object[] } }>(
    ada,
    `{ profile { name email role } addresses { city country }
      orders(first: 10) { edges { node { status lines { title quantity variant { product { handle } } } } }
        pageInfo { hasNextPage } } }`,
  )
  const line = { title: 'Apple Box', quantity: 1, variant: { product: { handle: 'apple-box' } } }
  assert.deepEqual(page, {
    profile: { name: 'Ada', email: 'ada@graph.example', role: 'CUSTOMER' },
    addresses: [{ city: 'Berlin', country: 'DE' }],
    orders: {
      edges: [{ node: { status: 'PROCESSING', lines: [line] } }],
      pageInfo: { hasNextPage: false },
    },
  })
})

test('nobody sees in the graph what they do not see elsewhere', async () => {
  const guest = openVisitor(shop)
  const questions = {
    orders: '{ customers { nodes { email } } }',
    stock: `{ stock(variantId: "${variant('apple-box')}") { free } }`,
    profile: '{ profile { name } }',
  }
  for (const question of Object.values(questions)) {
    const { data, errors = [] } = await ask(guest, question)
    assert.deepEqual([data, errors[0]?.extensions.code], [null, 'unauthenticated'], question)
  }
  const { orders } = await answered<{ orders: { nodes: object[] } }>(guest, '{ orders { nodes { email } } }')
  assert.deepEqual(orders.nodes, [])
  // What is joined is asked for as the visitor, too: the rest is answered without it.
  const { data, errors = [] } = await ask<{ product: object }>(
    guest,
    '{ product(id: "apple-box") { title variants { stock { free } } } }',
  )
  assert.deepEqual(data.product, { title: 'Apple Box', variants: [{ stock: null }] })
  assert.equal(errors[0]?.extensions.code, 'unauthenticated')
})
