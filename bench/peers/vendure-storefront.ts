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
import * as query from './vendure-queries.ts'

const tokenHeader = 'vendure-auth-token'

/** What Vendure's starter storefront asks for, at the shop API. */
export function vendureStorefront(client: HttpClient, learned: Learned): Storefront {
  return {
    pages: (reading) => pagesOf(client, learned, reading),
    addToCart: async (variant) => void (await newGuest(client)('add', { v: variant, q: 1 })),
    checkout: (variant, email) => checkout(newGuest(client), learned, variant, email),
  }
}

type Guest = (step: keyof typeof query.mutations, variables: object) => Promise<{ id: string; state: string }>

export async function checkout(
  send: Guest,
  { more }: Learned,
  variant: string,
  email?: string,
): Promise<string> {
  await send('add', { v: variant, q: 1 })
  // Somebody who is signed in is known already.
  if (email) {
    const { firstName, lastName } = buyer
    await send('customer', { i: { firstName, lastName, emailAddress: email } })
  }
  const { street: streetLine1, city, postalCode, country: countryCode, phone: phoneNumber } = buyer
  const fullName = `${buyer.firstName} ${buyer.lastName}`
  await send('address', { i: { fullName, streetLine1, city, postalCode, countryCode, phoneNumber } })
  await send('shipping', { s: [more.shippingMethod] })
  await send('state', { s: 'ArrangingPayment' })
  const { id, state } = await send('pay', { i: { method: 'dummy', metadata: {} } })
  if (!state.startsWith('Payment')) throw new Error(`the order is ${state}`)
  return id
}

/** A visitor whose session goes on by the token that the first answer brought. */
export function newGuest(client: HttpClient, identity: Record<string, string> = {}): Guest {
  let headers = identity
  return async (step, variables) => {
    const body = { query: query.mutations[step], variables }
    const { reply, headers: given } = await ask<Answered>(client, 'POST', '/shop-api', body, headers)
    const token = given[tokenHeader]
    if (token) headers = { authorization: `Bearer ${token}` }
    const result = reply.data?.r
    if (reply.errors || result?.__typename !== 'Order') {
      const { errorCode, message, transitionError } = result ?? {}
      const words = [reply.errors?.[0]?.message, errorCode, message, transitionError]
      throw new Error(`${step}: ${words.filter(Boolean).join(' ')}`)
    }
    return result
  }
}

interface Answered {
  readonly errors?: readonly { readonly message: string }[]
  readonly data?: {
    readonly r: {
      readonly __typename: string
      readonly id: string
      readonly state: string
      readonly errorCode?: string
      readonly message?: string
      readonly transitionError?: string
    }
  }
}

async function pagesOf(
  client: HttpClient,
  learned: Learned,
  reading: Parameters<Storefront['pages']>[0],
): Promise<readonly Page[]> {
  const found = (input: object): Page => [
    shop(query.searchWithFacets, { input: { groupByProduct: true, take: pageSize, ...input } }),
  ]
  switch (reading) {
    case 'list':
      return offsetsOf(learned).map((skip) => {
        const input = { groupByProduct: true, take: pageSize, skip }
        return [shop(query.search, { input })]
      })
    case 'product':
      return learned.handles.map((slug) => [shop(query.product, { slug })])
    case 'search':
      return searchWords.map((term) => found({ term }))
    case 'category':
      return categories.map(({ handle }) => found({ collectionSlug: handle }))
    case 'cart':
      return Promise.all(Array.from({ length: carts }, (_, index) => cartPage(client, learned, index)))
    case 'history': {
      const options = { take: pageSize, sort: { createdAt: 'DESC' }, filter: { active: { eq: false } } }
      return [[shop(query.history, { options }, await signedIn(client, 'shop', customer))]]
    }
    case 'admin': {
      const options = { take: pageSize, sort: { createdAt: 'DESC' }, filter: { active: { eq: false } } }
      const headers = await signedIn(client, 'admin', staff)
      return [[graph('/admin-api', query.adminOrders, { options }, headers)]]
    }
  }
}

async function cartPage(client: HttpClient, { variants }: Learned, index: number): Promise<Page> {
  let headers: Record<string, string> = {}
  for (let item = 0; item < 3; item++) {
    const variables = { v: variants[(index * 31 + item * 7) % variants.length], q: 1 }
    const body = { query: query.mutations.add, variables }
    const { headers: given } = await ask<Answered>(client, 'POST', '/shop-api', body, headers)
    if (given[tokenHeader]) headers = { authorization: `Bearer ${given[tokenHeader]}` }
  }
  return [shop(query.activeOrder, {}, headers)]
}

function shop(text: string, variables: object, headers?: Record<string, string>): Ask {
  return graph('/shop-api', text, variables, headers)
}

function graph(path: string, text: string, variables: object, headers: Record<string, string> = {}): Ask {
  const body = JSON.stringify({ query: text, variables })
  return { method: 'POST', path, headers: { 'content-type': 'application/json', ...headers }, body }
}

export async function signedIn(
  client: HttpClient,
  api: 'shop' | 'admin',
  { email, password }: { email: string; password: string },
): Promise<Record<string, string>> {
  const body = {
    query: 'mutation($u:String!,$p:String!){login(username:$u,password:$p){__typename}}',
    variables: { u: email, p: password },
  }
  const { headers } = await ask(client, 'POST', `/${api}-api`, body)
  const token = headers[tokenHeader]
  if (!token) throw new Error(`Vendure does not let ${email} sign in`)
  return { authorization: `Bearer ${token}` }
}
