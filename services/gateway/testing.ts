import { identity, type Profile } from '@rialto/identity/contract'
import { createLocalBroker } from '@rialto/kit/broker'
import { type ContractInfo, contract, describe, event } from '@rialto/kit/contract'
import { contractHash } from '@rialto/kit/contract-hash'
import type { Dispatch } from '@rialto/kit/dispatch'
import { learnContracts } from '@rialto/kit/learn-contracts'
import type { RequestInfo } from '@rialto/kit/request'
import { input, Type } from '@rialto/kit/schema'
import { readSettings } from '@rialto/kit/settings'
import { type Logger, silent } from '@rialto/kit/telemetry'
import { createGateway } from './gateway.ts'
import type { LiveTimes } from './live/live.ts'
import type { PageHandler } from './pages.ts'
import { type TrafficSettings, trafficSettings } from './traffic/settings.ts'
import type { Patience } from './traffic/slow-clients.ts'

export const parcelMoved = event('parcel.moved', 1, Type.Object({}))
export const levelChanged = event('level.changed', 1, Type.Object({}))

export const things = contract(
  'things',
  { version: 1, summary: 'For tests' },
  {
    getThing: {
      method: 'GET',
      path: '/things/:id',
      access: ['anyone', 'staff:things'],
      summary: 'Read',
      reply: { 200: Type.Object({ id: Type.String(), seen: Type.Integer() }) },
      cache: { seconds: 60, tags: ['product:{id}'] },
    },
    getBrief: {
      method: 'GET',
      path: '/brief',
      access: 'anyone',
      summary: 'Read what is kept for a second',
      reply: { 200: Type.Object({ seen: Type.Integer() }) },
      cache: { seconds: 1, tags: ['brief'] },
    },
    getStock: {
      method: 'GET',
      path: '/stock',
      access: 'anyone',
      summary: 'Read what is left',
      query: Type.Object({ variantIds: Type.Array(Type.String(), { minItems: 1, maxItems: 3 }) }),
      reply: { 200: Type.Object({ seen: Type.Integer() }) },
      cache: { seconds: 60, tags: ['stock:{variantIds}'] },
    },
    getMine: {
      method: 'GET',
      path: '/mine',
      access: 'shopper',
      summary: 'Read mine',
      reply: { 200: Type.Object({ version: Type.Integer(), whose: Type.String() }) },
    },
    getParcel: {
      method: 'GET',
      path: '/parcels/:id',
      access: 'owner',
      summary: 'Read a parcel of mine',
      reply: { 200: Type.Object({ id: Type.String(), at: Type.String() }) },
      live: { on: [parcelMoved], by: 'id' },
    },
    getLevels: {
      method: 'GET',
      path: '/levels',
      access: ['anyone', 'staff:things'],
      summary: 'Read levels',
      query: Type.Object({ ids: Type.Array(Type.String(), { minItems: 1, maxItems: 3 }) }),
      reply: { 200: Type.Object({ level: Type.Integer() }) },
      live: { on: [levelChanged], by: 'ids' },
    },
    change: {
      method: 'POST',
      path: '/things',
      access: 'shopper',
      summary: 'Change',
      body: input({ name: Type.String() }),
      reply: { 201: Type.Object({ name: Type.String() }) },
    },
    pay: {
      method: 'POST',
      path: '/pay',
      access: 'shopper',
      summary: 'Pay',
      urgent: true,
      reply: { 204: Type.Null() },
    },
    prove: {
      method: 'POST',
      path: '/prove',
      access: 'anyone',
      summary: 'Prove who one is',
      limit: 'auth',
      reply: { 204: Type.Null() },
    },
    breakDown: {
      method: 'POST',
      path: '/break',
      access: 'anyone',
      summary: 'Break',
      reply: { 204: Type.Null() },
    },
    upload: {
      method: 'POST',
      path: '/upload',
      access: 'anyone',
      summary: 'Upload',
      body: { raw: 'text/csv', maxBytes: 10 },
      reply: { 200: Type.Object({ bytes: Type.Integer() }) },
    },
    secret: {
      method: 'GET',
      path: '/secret',
      access: 'service',
      internal: true,
      summary: 'Inside only',
      reply: { 200: Type.Null() },
    },
  },
)

export const staff = {
  id: 'staff_1',
  email: 'a@b.example',
  name: 'A',
  role: 'staff',
  permissions: ['*'],
  createdAt: '2026-01-01T00:00:00Z',
  version: 1,
} satisfies Profile

/** What the services behind the door saw, and what holds their answers back. */
interface Seen {
  things: number
  request?: RequestInfo
  endedToken?: unknown
  /** Who has signed in, unless it is one who may do everything. */
  profile?: Profile
  hold?: () => Promise<void>
}

type Answer = (input: Record<string, unknown>, request: RequestInfo) => unknown

/** A gateway's fleet, in which a test puts contracts at work. */
function openFleet(builtIn: readonly ContractInfo[]) {
  const offered = new Map<string, ContractInfo>()
  const learned = learnContracts({
    builtIn,
    live: () =>
      [...offered].map(([hash, { name }]) => ({
        id: hash,
        url: 'http://x',
        version: '1',
        services: { [name]: hash },
      })),
    fetch: async (_, hash) => JSON.parse(JSON.stringify(offered.get(hash))),
    avoid: () => {},
    log: silent,
  })
  return {
    learned,
    offer: async (...contracts: readonly ContractInfo[]) => {
      offered.clear()
      for (const each of contracts) offered.set(contractHash(each), each)
      await learned.look()
    },
  }
}

const answersOf = (seen: Seen): Record<string, Answer> => ({
  getThing: ({ id }) => ({ id: id === 'former-name' ? '1' : id, seen: ++seen.things }),
  getBrief: () => ({ seen: ++seen.things }),
  getStock: () => ({ seen: ++seen.things }),
  getMine: (_, { actor }) => ({ version: 7, whose: 'id' in actor ? actor.id : '' }),
  change: ({ name }) => ({ name, hidden: 'not declared' }),
  pay: () => null,
  prove: () => null,
  breakDown: () => {
    throw new Error('the password is swordfish')
  },
  upload: async ({ body }) => {
    let bytes = 0
    for await (const chunk of body as AsyncIterable<Uint8Array>) bytes += chunk.length
    return { bytes }
  },
  resolveSession: ({ token }) =>
    token === 'good' ? { profile: seen.profile ?? staff, sessionId: 'sess_1' } : {},
  signIn: () => ({ token: 'good', expiresAt: '2030-01-01T00:00:00Z', profile: staff }),
  signOut: ({ token }) => {
    seen.endedToken = token
    return null
  },
})

export interface DoorOptions {
  /** Settings of the traffic, as text. */
  readonly environment?: Readonly<Record<string, string>>
  readonly patience?: Patience
  readonly liveTimes?: LiveTimes
  readonly now?: () => number
  /** Besides those that every test has. */
  readonly contracts?: readonly ContractInfo[]
  readonly pages?: PageHandler
  readonly log?: Logger
  readonly secret?: string
  readonly otherSecret?: string
  /** Answers of operations that it learns of. */
  readonly more?: Readonly<Record<string, Answer>>
}

/** A gateway before services that answer by heart. */
export async function openDoor(options: DoorOptions = {}) {
  const { environment = {}, log = silent, more, contracts: besides = [], ...given } = options
  const seen: Seen = { things: 0 }
  const broker = createLocalBroker()
  const answers = { ...answersOf(seen), ...more }
  const builtIn = [describe(things), describe(identity), ...besides]
  const { learned, offer } = openFleet(builtIn)
  const dispatch: Dispatch = async ({ name }, given, request) => {
    // What the gateway asks for itself is no request of a visitor.
    if (name === 'getWaitingRoom') return answers.getWaitingRoom?.(given, request)
    if (name !== 'resolveSession') seen.request = request
    const answer = answers[name]?.(given, request)
    await seen.hold?.()
    return answer
  }
  const app = await createGateway({
    contracts: builtIn,
    learned,
    find: (service) => (service === 'away' ? undefined : dispatch),
    broker,
    log,
    secret: 's'.repeat(32),
    ...given,
    secure: false,
    version: '1',
    traffic: readSettings([trafficSettings], environment) as TrafficSettings,
  })
  const headers = { 'content-type': 'application/json' }
  return {
    app,
    seen,
    /** Puts these contracts to work in the fleet, and no others, besides those of the gateway itself. */
    offer,
    get: (url: string, more = {}) => app.inject({ url: `/api${url}`, headers: more }),
    post: (url: string, payload: unknown, more = {}) =>
      app.inject({
        method: 'POST',
        url: `/api${url}`,
        payload: payload as string,
        headers: { ...headers, ...more },
      }),
    /** Says an event about the thing with the id 1. */
    say: (name: string, aggregateId = '1') => {
      const about = {
        id: 'm',
        version: 1,
        aggregateId,
        aggregateVersion: 1,
        source: 's',
        at: '',
        attempt: 1,
      }
      return broker.publish([{ ...about, name, data: { id: '1' } }])
    },
  }
}
