import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { SignJWT, UnsecuredJWT } from 'jose'
import type { Actor } from './access.ts'
import { createSign, createVerify } from './actor-token.ts'
import { unauthenticated } from './problem.ts'

const secret = 's'.repeat(32)
const noon = Date.parse('2026-01-01T12:00:00Z')
const actors: readonly Actor[] = [
  { kind: 'anyone' },
  { kind: 'guest', id: 'guest_1' },
  { kind: 'customer', id: 'cust_1', guestId: 'guest_1' },
  { kind: 'staff', id: 'staff_1', permissions: ['orders', 'catalog'] },
  { kind: 'staff', id: 'staff_1', permissions: [], factorStep: 'set-up' },
  { kind: 'service', name: 'cart' },
]

const sign = createSign({ secret, issuer: 'gateway', now: () => noon })
const verifyAt = (ms: number) => createVerify({ secret, now: () => ms })
const refuses = (token: string | undefined, at = noon) =>
  assert.rejects(verifyAt(at)(token, 'orders'), { code: unauthenticated.code })

for (const actor of actors) {
  test(`an actor arrives unchanged: ${actor.kind}`, async () => {
    assert.deepEqual(await verifyAt(noon)(await sign(actor, 'orders'), 'orders'), actor)
  })
}

test('a token is made once for 30 s, for each actor and each service', async () => {
  let time = noon
  const signs = createSign({ secret, issuer: 'gateway', now: () => time })
  const guest = { kind: 'guest', id: 'guest_1' } as const
  const first = signs(guest, 'orders')
  assert.equal(signs({ ...guest }, 'orders'), first)
  assert.notEqual(signs({ ...guest, id: 'guest_2' }, 'orders'), first)
  assert.notEqual(signs(guest, 'cart'), first)
  time += 29_999
  assert.equal(signs(guest, 'orders'), first)
  time += 1
  assert.notEqual(signs(guest, 'orders'), first)
})

test('a token that was good is refused once it has run out, also by whoever knows it', async () => {
  let time = noon
  const verify = createVerify({ secret, now: () => time })
  const token = await sign({ kind: 'anyone' }, 'orders')
  await verify(token, 'orders')
  time += 59_000
  await verify(token, 'orders')
  time += 10_000
  await assert.rejects(verify(token, 'orders'), { code: unauthenticated.code })
  await refuses(token, time)
})

test('a token from the future is refused', async () => {
  await refuses(await sign({ kind: 'anyone' }, 'orders'), noon - 60_000)
})

test('a token for another service is refused, also where its own was accepted', async () => {
  const verify = verifyAt(noon)
  const token = await sign({ kind: 'service', name: 'cart' }, 'inventory')
  await verify(token, 'inventory')
  await assert.rejects(verify(token, 'orders'), { code: unauthenticated.code })
})

test('a token of another fleet is refused', async () => {
  const foreign = createSign({ secret: 'x'.repeat(32), issuer: 'gateway', now: () => noon })
  await refuses(await foreign({ kind: 'service', name: 'cart' }, 'orders'))
})

test('while the secret is changed, tokens of either are good in every process, and of no third one', async () => {
  const next = 'n'.repeat(32)
  const clerk = { kind: 'staff', id: 'staff_1', permissions: ['orders'] } as const
  const signed = (by: string) =>
    createSign({ secret: by, issuer: 'gateway', now: () => noon })(clerk, 'orders')
  const both = [
    createVerify({ secret, otherSecret: next, now: () => noon }),
    createVerify({ secret: next, otherSecret: secret, now: () => noon }),
  ]
  for (const verify of both) {
    for (const by of [secret, next]) assert.deepEqual(await verify(await signed(by), 'orders'), clerk)
    await assert.rejects(verify(await signed('x'.repeat(32)), 'orders'), { code: unauthenticated.code })
    await assert.rejects(verify(await signed(next), 'cart'), { code: unauthenticated.code })
  }
  await refuses(await signed(next))
})

test('no token, and what is none, is refused', async () => {
  await refuses(undefined)
  await refuses('')
  await refuses('not.a.token')
})

const claims = { actor: { kind: 'service', name: 'cart' } }
const key = createHmac('sha256', secret).update('rialto actor token').digest()
const jwt = (given: Record<string, unknown>) =>
  new SignJWT(given)
    .setIssuer('cart')
    .setAudience('orders')
    .setIssuedAt(noon / 1000)
const header = { alg: 'HS256', typ: 'rialto-actor+jwt' }

test('a token that nobody signed is refused', async () => {
  const unsigned = new UnsecuredJWT(claims)
    .setIssuer('cart')
    .setAudience('orders')
    .setIssuedAt(noon / 1000)
    .setExpirationTime(noon / 1000 + 60)
    .encode()
  await refuses(unsigned)
})

test('a token whose claims were changed is refused', async () => {
  const [head, , signature] = (await sign({ kind: 'guest', id: 'guest_1' }, 'orders')).split('.')
  const forged = Buffer.from(JSON.stringify({ ...claims, iss: 'cart', aud: 'orders' })).toString('base64url')
  await refuses(`${head}.${forged}.${signature}`)
})

test('a token signed by the secret itself, or with another algorithm, is refused', async () => {
  const ends = () => jwt(claims).setExpirationTime(noon / 1000 + 60)
  const good = await ends().setProtectedHeader(header).sign(key)
  assert.deepEqual(await verifyAt(noon)(good, 'orders'), claims.actor)
  await refuses(await ends().setProtectedHeader(header).sign(Buffer.from(secret)))
  const other = ends().setProtectedHeader({ ...header, alg: 'HS512' })
  await refuses(await other.sign(Buffer.concat([key, key])))
})

test('a token of the fleet for another purpose is refused', async () => {
  const other = jwt(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
  await refuses(await other.setExpirationTime(noon / 1000 + 60).sign(key))
})

test('a token that does not run out, or only late, is refused', async () => {
  await refuses(await jwt(claims).setProtectedHeader(header).sign(key))
  const long = jwt(claims)
    .setProtectedHeader(header)
    .setExpirationTime(noon / 1000 + 86_400)
  await refuses(await long.sign(key), noon + 120_000)
})

test('a token is refused whose actor is none', async () => {
  const wrong = [
    undefined,
    {},
    { kind: 'root' },
    { kind: 'guest' },
    { kind: 'guest', id: 'g', name: 'orders' },
  ]
  for (const actor of wrong) {
    const token = jwt({ actor })
      .setProtectedHeader(header)
      .setExpirationTime(noon / 1000 + 60)
    await refuses(await token.sign(key))
  }
})
