import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { conflict, is, notFound, type ProblemInfo } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import {
  emailUnverified,
  guestIdentified,
  identity,
  passkeyRefused,
  type Session,
  signInAgain,
  ticketExpired,
  wrongPassword,
} from '../contract.ts'
import { codeAt } from '../second-factor/testing.ts'
import { anyone, customer, freshEmail, openIdentity, password, registered, toldWays } from '../testing.ts'
import { type Device, openDevice } from './testing.ts'

const origin = 'https://shop.example'
let world: World
before(async () => {
  world = await openIdentity({ PUBLIC_URL: `${origin}/` })
})
after(() => world.close())

type Options = { challenge: string }
const refused = (type: ProblemInfo) => (error: unknown) => {
  assert.ok(is(error, type), String((error as Error).stack))
  return true
}
async function newcomer(): Promise<Session> {
  const session = await registered(world)
  await world.database.run`update users set email_verified = true where id = ${session.profile.id}`
  return session
}
const start = (as: Actor, typed = password) => world.call(identity.startPasskey, { password: typed }, { as })
async function add(as: Actor, device: Device, sessionId?: string) {
  const { ticket, options } = await start(as)
  const made = device.create(options as Options)
  return world.call(
    identity.addPasskey,
    { ticket, name: 'My phone', ...made },
    { as, ...(sessionId && { sessionId }) },
  )
}
async function withPasskey(device = openDevice({ origin })) {
  const session = await newcomer()
  const as = customer(session)
  return { session, as, device, passkey: await add(as, device) }
}
const begin = () => world.call(identity.startPasskeySignIn, {}, { as: anyone })
async function signIn(device: Device, as: Actor = anyone) {
  const { ticket, options } = await begin()
  return world.call(identity.signInWithPasskey, { ticket, ...device.get(options as Options) }, { as })
}

test('a passkey is made, listed, named, used to sign in, and removed', async () => {
  const { session, as, device, passkey } = await withPasskey()
  assert.equal(passkey.name, 'My phone')
  const guest = { kind: 'guest', id: newId('guest') } as const
  const { token, profile } = await signIn(device, guest)
  assert.equal(profile.id, session.profile.id)
  assert.deepEqual((await world.call(identity.resolveSession, { token })).profile, profile)
  assert.equal((await world.said(guestIdentified)).at(-1)?.guestId, guest.id)
  await world.call(identity.renamePasskey, { id: passkey.id, name: 'Old phone' }, { as })
  const { items } = await world.call(identity.listPasskeys, {}, { as })
  assert.deepEqual(
    items.map(({ id, name, lastUsedAt }) => [id, name, !!lastUsedAt]),
    [[passkey.id, 'Old phone', true]],
  )
  const stranger = customer(await newcomer())
  for (const by of [stranger, as].entries()) {
    const remove = world.call(identity.removePasskey, { id: passkey.id }, { as: by[1] })
    await (by[0] === 0 ? assert.rejects(remove, refused(notFound)) : remove)
  }
  await assert.rejects(signIn(device), refused(passkeyRefused))
  assert.deepEqual(await toldWays(world, session.profile.id), ['added passkey', 'removed passkey'])
})

test('a passkey stands for both factors, so no code is asked for', async () => {
  const { as, device } = await withPasskey()
  const { secret } = await world.call(identity.startSecondFactor, { password }, { as })
  await world.call(identity.confirmSecondFactor, { code: await codeAt(secret, new Date()) }, { as })
  await signIn(device)
})

test('a challenge works once, also for a wrong answer, and for ten minutes', async () => {
  const { device } = await withPasskey()
  const { ticket, options } = await begin()
  const answer = { ticket, ...device.get(options as Options) }
  const finish = () => world.call(identity.signInWithPasskey, answer, { as: anyone })
  const outcomes = await Promise.allSettled([finish(), finish(), finish()])
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  await assert.rejects(finish(), refused(ticketExpired))
  const late = await begin()
  world.advance(10 * 60_000)
  const lateAnswer = { ticket: late.ticket, ...device.get(late.options as Options) }
  await assert.rejects(
    world.call(identity.signInWithPasskey, lateAnswer, { as: anyone }),
    refused(ticketExpired),
  )
})

test('an answer to another challenge, from another site, unsigned or by who is not verified is not taken', async () => {
  const { device } = await withPasskey()
  const other = (await begin()).options as Options
  const finish = async (change: (answer: ReturnType<Device['get']>) => object) => {
    const { ticket, options } = await begin()
    const answer = device.get(options as Options)
    return world.call(identity.signInWithPasskey, { ticket, ...answer, ...change(answer) } as never, {
      as: anyone,
    })
  }
  await assert.rejects(
    finish(() => device.get(other)),
    refused(passkeyRefused),
  )
  await assert.rejects(
    finish(({ signature }) => ({ signature: signature.slice(0, -6) })),
    refused(passkeyRefused),
  )
  await assert.rejects(
    finish(() => ({ signature: 'AAAA', authenticatorData: 'AAAA' })),
    refused(passkeyRefused),
  )
  await assert.rejects(
    finish(() => ({ userHandle: 'AAAA' })),
    refused(passkeyRefused),
  )
  for (const wrong of [
    { origin: 'https://evil.example' },
    { origin, host: 'evil.example' },
    { origin, verifies: false },
  ]) {
    const { as } = await withPasskey()
    await assert.rejects(add(as, openDevice(wrong)), refused(passkeyRefused))
  }
})

test('a device that counts no higher than before may be a copy, and is refused', async () => {
  const { device } = await withPasskey()
  for (const counter of [0, 0, 5, 9]) {
    device.counter = counter
    await signIn(device)
  }
  for (const counter of [9, 8, 0]) {
    device.counter = counter
    await assert.rejects(signIn(device), refused(passkeyRefused))
  }
  device.counter = 10
  await signIn(device)
})

test('a session alone makes no passkey, nor does who has not confirmed the e-mail', async () => {
  const session = await registered(world)
  await assert.rejects(start(customer(session)), refused(emailUnverified))
  const { as, device } = await withPasskey()
  await assert.rejects(start(as, 'not my password'), refused(wrongPassword))
  await assert.rejects(world.call(identity.startPasskey, {}, { as }), refused(wrongPassword))
  const { ticket, options } = await start(as)
  const stranger = customer(await newcomer())
  const taken = { ticket, ...openDevice({ origin }).create(options as Options) }
  await assert.rejects(world.call(identity.addPasskey, taken, { as: stranger }), refused(ticketExpired))
  await assert.rejects(add(stranger, device), refused(conflict))
})

test('whoever has but the password of staff gives themselves no factor beside the one that is there', async () => {
  const chief: Actor = { kind: 'staff', id: newId('staff'), permissions: ['*'] }
  const person = { email: freshEmail(), password, name: 'Grace', permissions: ['orders' as const] }
  const { id } = await world.call(identity.createStaff, person, { as: chief })
  const as: Actor = { kind: 'staff', id, permissions: ['orders'] }
  const sessionOf = async ({ token }: Session) =>
    (await world.call(identity.resolveSession, { token })).sessionId ?? ''
  const first = await world.call(identity.signIn, { email: person.email, password }, { as: anyone })
  const device = openDevice({ origin })
  const { id: passkey } = await add(as, device, await sessionOf(first))
  const weak = await sessionOf(
    await world.call(identity.signIn, { email: person.email, password }, { as: anyone }),
  )
  const tries = [
    () => world.call(identity.startPasskey, { password }, { as, sessionId: weak }),
    () => world.call(identity.startSecondFactor, { password }, { as, sessionId: weak }),
    () => world.call(identity.removePasskey, { id: passkey }, { as, sessionId: weak }),
  ]
  for (const attempt of tries) await assert.rejects(attempt(), refused(signInAgain))
  const strong = await sessionOf(await signIn(device))
  await world.call(identity.startSecondFactor, { password }, { as, sessionId: strong })
  await world.call(identity.removePasskey, { id: passkey }, { as, sessionId: strong })
})
