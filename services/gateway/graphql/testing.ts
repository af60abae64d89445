import type { Profile } from '@rialto/identity/contract'
import { createLocalBroker } from '@rialto/kit/broker'
import type { Dispatch } from '@rialto/kit/dispatch'
import type { RequestInfo } from '@rialto/kit/request'
import { silent } from '@rialto/kit/telemetry'
import { createGateway } from '../gateway.ts'
import type { LiveTimes } from '../live/live.ts'
import { contracts, soldOut } from './testing-contracts.ts'

const tail = '01h455vb4pex5vsknk084sn0'
export const idOf = (prefix: string, number: number) => `${prefix}_${tail}${String(number).padStart(2, '0')}`

/** A product with two variants, whose numbers follow from its own. */
export function productOf(number: number) {
  const id = idOf('prod', number)
  const variant = (index: number) => ({
    id: idOf('var', number * 2 + index),
    productId: id,
    price: { amount: 100 * number, currency: 'EUR' },
    weight: 5_000_000_000,
  })
  return {
    id,
    title: `Product ${number}`,
    size: 'extra-small',
    options: { Colour: 'Red' },
    parts: [{ name: 'Part' }, {}],
    variants: [variant(0), variant(1)],
    createdAt: '2026-03-01T10:00:00.000Z',
    secret: 'swordfish',
  }
}

const staff = {
  id: 'staff_1',
  email: 'a@b.example',
  name: 'A',
  role: 'staff',
  permissions: ['*'],
  createdAt: '2026-01-01T00:00:00Z',
  version: 1,
} satisfies Profile

type Answer = (input: Record<string, unknown>, request: RequestInfo) => unknown

export const answers: Readonly<Record<string, Answer>> = {
  getProduct: ({ id }) => (id === 'none' ? null : productOf(Number(String(id).slice(-2)) || 1)),
  listProducts: ({ ids, after = '0', limit }) => {
    if (ids) return { items: (ids as string[]).map((id) => productOf(Number(id.slice(-2)))) }
    const begin = Number(after)
    const numbers = Array.from({ length: 7 }, (_, index) => index + 1).slice(begin, begin + Number(limit))
    const end = begin + numbers.length
    return { items: numbers.map(productOf), ...(end < 7 && { next: String(end) }) }
  },
  getVariants: ({ ids }) => ({
    items: (ids as string[])
      .flatMap((id) => productOf(Math.floor(Number(id.slice(-2)) / 2)).variants)
      .filter(({ id }) => (ids as string[]).includes(id)),
  }),
  getAvailability: ({ variantIds }) => ({
    items: (variantIds as string[]).map((variantId) => ({ variantId, available: 3 })),
  }),
  getBasket: (_, { actor }) => ({
    whose: 'id' in actor ? actor.id : '',
    items: [2, 3, 4].map((number) => ({ variantId: idOf('var', number), quantity: 1 })),
  }),
  addItem: ({ quantity }, request) => {
    if (quantity === 9) throw soldOut('There are 2 left.', { left: 2 })
    return answers.getBasket?.({}, request)
  },
  createProduct: (given) => ({ ...productOf(1), ...given }),
  removeProduct: () => null,
  estimate: ({ rate }) => ({ total: (rate as { perKilogram?: number }).perKilogram ?? 0 }),
  resolveSession: ({ token }) => (token === 'good' ? { profile: staff } : {}),
  signIn: () => ({ token: 'good', expiresAt: '2030-01-01T00:00:00Z', profile: staff }),
  signOut: () => null,
}

export interface Asked {
  readonly name: string
  readonly input: Record<string, unknown>
  readonly request: RequestInfo
}

interface Told {
  readonly message: string
  readonly path?: readonly string[]
  readonly extensions: Record<string, unknown>
}

interface Body {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly Told[]
}

/** What the gateway asks for itself. */
const ownQuestions = new Set(['resolveSession', 'getWaitingRoom'])

/** A gateway before services that answer by heart and can be counted. */
export async function openGraph({
  introspection = true,
  more = {} as Readonly<Record<string, Answer>>,
  liveTimes = {} as LiveTimes,
} = {}) {
  const asked: Asked[] = []
  const broker = createLocalBroker()
  const known = { ...answers, ...more }
  const dispatch: Dispatch = async ({ name }, input, request) => {
    if (!ownQuestions.has(name)) asked.push({ name, input, request })
    return known[name]?.(input, request)
  }
  const app = await createGateway({
    contracts,
    find: () => dispatch,
    broker,
    log: silent,
    secret: 's'.repeat(32),
    secure: false,
    version: '1',
    introspection,
    explorer: introspection,
    liveTimes,
  })
  const post = async (payload: object | string, headers: Record<string, string> = {}) => {
    const all = { 'content-type': 'application/json', ...headers }
    const reply = await app.inject({ method: 'POST', url: '/graphql', payload, headers: all })
    return { status: reply.statusCode, reply, ...(reply.json() as Body) }
  }
  return {
    app,
    asked,
    broker,
    names: () => asked.map(({ name }) => name),
    post,
    ask: (query: string, variables?: object, headers?: Record<string, string>) =>
      post({ query, variables }, headers),
    get: async (query: Record<string, string>, headers: Record<string, string> = {}) => {
      const reply = await app.inject({ url: '/graphql', query, headers })
      return { status: reply.statusCode, reply, ...(reply.json() as Body) }
    },
    /** Says an event about one thing. */
    say: (name: string, aggregateId: string) => {
      const about = { id: 'm', version: 1, aggregateVersion: 1, source: 's', at: '', attempt: 1 }
      return broker.publish([{ ...about, name, aggregateId, data: { id: aggregateId } }])
    },
  }
}
