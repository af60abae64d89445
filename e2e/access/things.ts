import { isRaw, type Operation, pathParameters } from '@rialto/kit/contract'
import { requestOf } from '@rialto/kit/wire'
import fc from 'fast-check'
import { wholeInputs } from '../inputs.ts'

// Requests made from the contracts, about things that are there.

/** Ids of things, by their prefix such as `ord`, and other names that stand in paths. */
export type Things = Readonly<Record<string, string>>

/** The things of a path by the word before its parameter; a new word is only needed where things have owners. */
const rooms: Readonly<Record<string, string>> = {
  products: 'prod',
  variants: 'var',
  stock: 'var',
  items: 'var',
  categories: 'cat',
  imports: 'imp',
  promotions: 'promo',
  payments: 'pay',
  customers: 'cust',
  staff: 'staff',
  coupons: 'code',
  webhooks: 'gateway',
  'delivery-methods': 'ship',
  orders: 'ord',
  fulfilments: 'ful',
  checkouts: 'chk',
  sagas: 'chk',
}
/** Kinds that belong to one shopper. All others of the table are the shop's. */
const owned = new Set(['ord', 'chk', 'ful'])

/** No sale keeps others from buying until then. */
const farOff = '2090-01-01T00:00:00Z'

/** What is sent so that a rule beyond access does not look like a refusal, or ends the session that asks. */
const given: Readonly<Record<string, Record<string, unknown>>> = {
  createStaff: { permissions: ['staff'] },
  updateStaff: { permissions: ['staff'] },
  inviteStaff: { permissions: ['staff'] },
  createRole: { permissions: ['staff'] },
  createApiKey: { expiresAt: '2020-01-01T00:00:00Z' },
  setSignInRules: { staffNeedSecondFactor: true },
  signOut: { token: 'of-nobody' },
  setWaitingRoom: { waitsFrom: farOff, opensAt: farOff, endsAt: '2090-01-02T00:00:00Z' },
}

/** The kind of each path parameter; undefined for a kind that the table does not know. */
export function kindsIn(path: string): (string | undefined)[] {
  return [...path.matchAll(/([\w-]+)\/:\w+/g)].map(([, room = '']) => rooms[room])
}

/** Whether it is about a thing that belongs to one shopper: by its path, or by a query that asks for an owner's. */
export function isAboutOwned({ path, access, query }: Operation): boolean {
  const some = ['owner', 'shopper', 'customer'].some((word) => [access].flat().includes(word as never))
  const kinds = kindsIn(path)
  return some && (kinds.some((kind) => kind === undefined || owned.has(kind)) || asksForOwner({ query }))
}

/** The owner of a thing in a path is refused or not; a list that is asked for somebody's is merely empty. */
export function hidesForeign(operation: Operation): boolean {
  return isAboutOwned(operation) && kindsIn(operation.path).length > 0
}

/**
 * The operation by which an owner gets a thing whose kind the table does not know: one that makes it, such as
 * `POST /me/addresses`, or else one that lists them.
 */
export function makerOf(operation: Operation, all: readonly Operation[]): Operation | undefined {
  if (!hidesForeign(operation) || !kindsIn(operation.path).includes(undefined)) return undefined
  const [room] = operation.path.split('/:')
  const here = all.filter(({ path, internal }) => path === room && !internal)
  const maker = here.find(({ method }) => method === 'POST') ?? here.find(({ method }) => method === 'GET')
  if (maker) return maker
  throw new Error(
    `${operation.service}.${operation.name} cannot be asked for: nothing makes what ${operation.path} is about. ` +
      'Say in e2e/access/things.ts which things its path means.',
  )
}

export interface Prepared {
  readonly method: string
  /** Below the service, with its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload?: string
}

/** A request that the contract allows, the same at each run. Reads ask for no more than they must. */
export function requestFor(operation: Operation, things: Things, made?: string): Prepared {
  const { query, body } = sampled(operation, things)
  const kinds = kindsIn(operation.path)
  const params = pathParameters(operation.path).map((name, index) => {
    const kind = kinds[index]
    return [name, (kind === undefined ? made : things[kind]) ?? placeholder]
  })
  const raw = isRaw(operation.body) ? operation.body.raw : undefined
  const input = { ...query, ...body, ...given[operation.name], ...Object.fromEntries(params) }
  const { path, body: text } = requestOf(operation, raw === undefined ? input : { ...input, body: undefined })
  return {
    method: operation.method,
    path,
    headers: operation.body ? { 'content-type': raw ?? 'application/json' } : {},
    payload: raw === undefined ? (text as string | undefined) : 'Handle,Title\nnothing,Nothing\n',
  }
}

/** Well-formed, and of nothing. */
const placeholder = 'none_01h455vb4pex5vsknk084sn02q'

function sampled(operation: Operation, things: Things) {
  const [sample] = fc.sample(wholeInputs(operation, things), { numRuns: 1, seed: 7 })
  if (!sample) throw new Error(`No input could be made for ${operation.name}`)
  const required = new Set((operation.query?.required as string[] | undefined) ?? [])
  const kept = Object.entries(sample.query).filter(([name]) => required.has(name))
  const query = Object.fromEntries(kept)
  if (asksForOwner(operation) && things.owner) query.ownerId = things.owner
  return { query, body: sample.body }
}

function asksForOwner({ query }: Pick<Operation, 'query'>): boolean {
  return query?.properties.ownerId !== undefined
}
