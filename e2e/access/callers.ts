import { permissions } from '@rialto/identity/contract'
import type { Actor } from '@rialto/kit/access'
import { createSign } from '@rialto/kit/actor-token'
import { accessList, type Operation } from '@rialto/kit/contract'
import { sessionIdHeader } from '@rialto/kit/wire'
import type { Platform } from '../../platform.ts'
import type { Prepared } from './things.ts'
import type { Answer, Standing } from './verdict.ts'
import type { World } from './world.ts'

/** Somebody at a door. */
export interface Caller {
  readonly name: string
  /** Whoever has no valid token or session is refused whatever the operation allows. */
  readonly standing: Standing | 'stranger'
  send(operation: Operation, request: Prepared): Promise<Answer>
  /** Whether the answer goes to browsers. */
  readonly atGateway?: boolean
}

/** Everyone who may come to the gateway; permissions are those of real accounts. */
export async function callersAtGateway({
  gateway,
  people,
  staff,
  newcomer,
  secret,
}: World): Promise<Caller[]> {
  const bearer = await createSign({ secret, issuer: 'cart' })({ kind: 'service', name: 'cart' }, 'orders')
  const visits = (name: string, standing: Caller['standing'], headers: Record<string, string>): Caller => ({
    name,
    standing,
    atGateway: true,
    send: (_, request) => sendTo(gateway, '/api', request, headers),
  })
  const withCookies = (cookies: ReadonlyMap<string, string>) => ({
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  })
  return [
    visits('a guest', { kind: 'guest', owner: 'guest' }, withCookies(people.guest.visitor.cookies)),
    visits('another guest', { kind: 'guest' }, withCookies(people['another guest'].visitor.cookies)),
    // The gateway makes a guest of whoever comes for the first time.
    visits('nobody', { kind: 'guest' }, {}),
    visits(
      'a customer',
      { kind: 'customer', owner: 'customer' },
      withCookies(people.customer.visitor.cookies),
    ),
    visits('another customer', { kind: 'customer' }, withCookies(people['another customer'].visitor.cookies)),
    ...staff.map(({ permissions: held, cookies }) =>
      visits(`staff for ${held}`, { kind: 'staff', permissions: held }, withCookies(cookies)),
    ),
    visits(
      'staff who lack a second factor',
      { kind: 'staff', permissions: ['*'], lacksFactor: true },
      withCookies(newcomer.cookies),
    ),
    visits('a service from outside', 'stranger', { authorization: `Bearer ${bearer}` }),
  ]
}

/** Everyone who may come to a service's own door, with a token of the fleet or without. */
export function callersAtDoor(operation: Operation, { services, people, secret }: World): Caller[] {
  const sign = createSign({ secret, issuer: 'gateway' })
  const wanted = accessList(operation).flatMap((access) =>
    access === 'staff:without-factor' ? [] : (access.split('staff:')[1] ?? []),
  )
  const others = permissions.filter((permission) => permission !== '*' && !wanted.includes(permission))
  const comes = (
    name: string,
    standing: Caller['standing'],
    headers: () => Promise<Record<string, string>>,
  ) => ({
    name,
    standing,
    send: async ({ service }: Operation, request: Prepared) =>
      sendTo(services, `/${service}`, request, await headers()),
  })
  const as = (name: string, actor: Actor, standing: Omit<Standing, 'kind'> = {}, sessionId?: string) => {
    const kind = actor.kind === 'anyone' ? 'nobody' : actor.kind
    const headers = async () => ({
      authorization: `Bearer ${await sign(actor, operation.service)}`,
      ...(sessionId && { [sessionIdHeader]: sessionId }),
    })
    return comes(name, { kind, ...standing }, headers)
  }
  const colleague = (held: readonly string[], guestId?: string): Actor & { kind: 'staff' } => {
    return {
      kind: 'staff',
      id: 'staff_01h455vb4pex5vsknk084sn02q',
      permissions: held,
      ...(guestId && { guestId }),
    }
  }
  const newcomer: Actor = { ...colleague(['*']), factorStep: 'set-up' }
  const cart: Actor = { kind: 'service', name: 'cart' }
  const elsewhere = operation.service === 'orders' ? 'cart' : 'orders'
  const { guest, customer, 'another customer': another } = people
  return [
    comes('somebody without a token', 'stranger', async () => ({})),
    comes('a service with a token for another one', 'stranger', async () => ({
      authorization: `Bearer ${await sign(cart, elsewhere)}`,
    })),
    as('nobody', { kind: 'anyone' }),
    as('a guest', { kind: 'guest', id: guest.id }, { owner: 'guest' }),
    as('another guest', { kind: 'guest', id: people['another guest'].id }),
    // Customers come with their session from the gateway: it would else be one of the others, which they may end.
    as('a customer', { kind: 'customer', id: customer.id }, { owner: 'customer' }, customer.sessionId),
    as('another customer', { kind: 'customer', id: another.id }, {}, another.sessionId),
    as('staff without the permission', colleague(others), { permissions: others }),
    as('staff at a guest’s browser', colleague([], guest.id), { owner: 'guest', atGuestsBrowser: true }),
    as('staff with the permission', colleague(wanted), { permissions: wanted }),
    as('staff who may do everything', colleague(['*']), { permissions: ['*'] }),
    as('staff who lack a second factor', newcomer, { permissions: ['*'], lacksFactor: true }),
    as('a service', cart),
  ]
}

async function sendTo(
  { app }: Platform,
  prefix: string,
  { method, path, headers, payload }: Prepared,
  more: Record<string, string>,
): Promise<Answer> {
  const reply = await app.inject({
    method: method as 'GET',
    url: prefix + path,
    headers: { ...headers, ...more },
    payload,
  })
  return { status: reply.statusCode, body: reply.body, headers: reply.headers }
}
