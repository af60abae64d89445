import type { TestContext } from 'node:test'
import { contract, describe } from '@rialto/kit/contract'
import { newId } from '@rialto/kit/id'
import { unavailable } from '@rialto/kit/problem'
import { Type } from '@rialto/kit/schema'
import { orders } from '@rialto/orders/contract'
import { waitingRoomChanged } from '@rialto/pricing/contract'
import { openDoor } from '../../testing.ts'

const { body: _, ...spec } = orders.checkout
const shop = describe(
  contract(
    'orders',
    { version: 1, summary: 'For tests' },
    { checkout: { ...spec, reply: { 201: Type.Null() } } },
  ),
)

/** Variants that carts may hold. */
export const goods = { drop: newId('var'), otherDrop: newId('var'), tea: newId('var') }

export interface Sale {
  readonly opensInMs: number
  readonly perMinute?: number
  readonly passMinutes?: number
  /** The variants it is for; without them, all. */
  readonly goods?: readonly string[]
}

export interface ShopOptions {
  readonly sale?: Sale
  /** Its gateways: these share a line. */
  readonly valkeyUrls?: readonly string[]
  /** Services that do not answer. */
  readonly away?: Set<'pricing' | 'cart'>
}

const roomOf = (
  id: string,
  version: number,
  { opensInMs, perMinute = 60, passMinutes = 1, goods }: Sale,
) => ({
  id,
  waitsFrom: '2020-01-01T00:00:00Z',
  opensAt: new Date(Date.now() + opensInMs).toISOString(),
  endsAt: '2100-01-01T00:00:00Z',
  version,
  perMinute,
  passMinutes,
  ...(goods && { productIds: ['prod_1'] }),
})

/** A shop with such a sale, or with none, and visitors who come to its checkout. */
export async function openShop(
  t: TestContext,
  { sale: first, valkeyUrls = [], away = new Set() }: ShopOptions = {},
) {
  const clock = { ms: 0 }
  const carts = new Map<string, readonly string[]>()
  const asked = { getWaitingRoom: 0, listCartVariants: 0, findSaleGoods: 0 }
  const id = `room_${process.pid}_${performance.now()}`
  let [sale, version] = [first, 1]
  const ask = (name: keyof typeof asked, service: 'pricing' | 'cart') => {
    asked[name]++
    if (away.has(service)) throw unavailable(`The ${service} service is away just now.`, { service })
  }
  const openGateway = (url?: string) =>
    openDoor({
      contracts: [shop],
      environment: url === undefined ? {} : { VALKEY_URL: url },
      now: () => Date.now() + clock.ms,
      more: {
        checkout: () => null,
        getWaitingRoom: () => {
          ask('getWaitingRoom', 'pricing')
          return sale ? { room: roomOf(id, version, sale) } : {}
        },
        listCartVariants: (_, { actor }) => {
          ask('listCartVariants', 'cart')
          return { variantIds: 'id' in actor ? (carts.get(actor.id) ?? []) : [] }
        },
        findSaleGoods: ({ variantIds }) => {
          ask('findSaleGoods', 'pricing')
          return { variantIds: (variantIds as string[]).filter((one) => sale?.goods?.includes(one)) }
        },
      },
    })
  const doors = await Promise.all((valkeyUrls.length > 0 ? valkeyUrls : [undefined]).map(openGateway))
  t.after(() => Promise.all(doors.map((door) => door.app.close())))
  const tell = () => Promise.all(doors.map((door) => door.say(waitingRoomChanged.name)))
  if (away.size === 0) await tell()
  return {
    asked,
    come: (holds: readonly string[] = []) => enter(doors, carts, holds),
    pass: (ms: number) => {
      clock.ms += ms
    },
    set: async (next: Sale | undefined) => {
      sale = next
      version++
      await tell()
    },
  }
}

type Door = Awaited<ReturnType<typeof openDoor>>

/** A visitor with these variants in the cart. Each of their requests may come to another gateway. */
async function enter(
  doors: readonly Door[],
  carts: Map<string, readonly string[]>,
  holds: readonly string[],
) {
  const doorAt = (gateway: number) => doors[gateway] as Door
  const given = (await doorAt(0).get('/mine')).headers['set-cookie']
  const cookie = String(given).split(';')[0] ?? ''
  const [, guestId = ''] = /=(guest_\w+)/.exec(cookie) ?? []
  const put = (variantIds: readonly string[]) => void carts.set(guestId, variantIds)
  put(holds)
  return {
    put,
    buy: async (gateway = 0) => {
      const answer = await doorAt(gateway).post('/checkouts', undefined, { cookie })
      return {
        status: answer.statusCode,
        retryAfter: answer.headers['retry-after'],
        ...(answer.json() ?? {}),
      }
    },
    /** The first error, if it is refused. */
    buyInGraph: async (gateway = 0) => {
      const { app } = doorAt(gateway)
      const payload = { query: 'mutation { checkout }' }
      const answer = await app.inject({ method: 'POST', url: '/graphql', payload, headers: { cookie } })
      return { answer, error: answer.json().errors?.[0] }
    },
    look: async (url = '/waiting-room', gateway = 0) => {
      const { app } = doorAt(gateway)
      const { statusCode, headers, payload } = await app.inject({ url, headers: { cookie } })
      return { statusCode, location: headers.location, payload }
    },
  }
}
