import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { is, type Problem } from '@rialto/kit/problem'
import {
  customerRegistered,
  emailUnverified,
  guestIdentified,
  identity,
  providerRefused,
  secondFactorRequired,
  wrongCredentials,
} from '../contract.ts'
import { codeAt } from '../second-factor/testing.ts'
import { anyone, customer, freshEmail, password, registered, toldWays } from '../testing.ts'
import { openStage, refused, type Stage, somebody } from './testing-stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

test('who signs in with a provider for the first time has an account, and the guest’s things', async () => {
  const who = somebody()
  const guest = { kind: 'guest', id: newId('guest') } as const
  const { token, profile, to } = await stage.signInAs(who, guest)
  assert.deepEqual(
    [profile.email, profile.name, profile.role, to],
    [who.email, 'Grace Hopper', 'customer', '/cart'],
  )
  assert.equal(profile.emailVerified, true)
  assert.deepEqual((await stage.world.call(identity.resolveSession, { token })).profile, profile)
  assert.equal((await stage.world.said(guestIdentified)).at(-1)?.guestId, guest.id)
  const told = (await stage.world.said(customerRegistered)).filter(
    ({ customerId }) => customerId === profile.id,
  )
  assert.equal(told.length, 1)
  const again = await stage.signInAs({ ...who, email: freshEmail(), name: 'Another Name' })
  assert.equal(again.profile.id, profile.id)
})

test('two who sign in for the first time at once get one account', async () => {
  const who = somebody()
  const all = await Promise.all([stage.away(who), stage.away(who)])
  const sessions = await Promise.all(all.map(({ ticket, answer }) => stage.finish(ticket, answer)))
  assert.equal(new Set(sessions.map(({ profile }) => profile.id)).size, 1)
})

test('whoever has confirmed the same e-mail gets into the account that is there, which keeps its password', async () => {
  const session = await registered(stage.world)
  await stage.verify(session)
  const { email } = session.profile
  assert.equal(
    (await stage.signInAs(somebody({ email: email.toUpperCase() }))).profile.id,
    session.profile.id,
  )
  await stage.world.call(identity.signIn, { email, password }, { as: anyone })
  const linked = await stage.world.call(identity.listLinkedProviders, {}, { as: customer(session) })
  assert.deepEqual(
    linked.items.map(({ name }) => name),
    ['Elsewhere'],
  )
  assert.deepEqual(await toldWays(stage.world, session.profile.id), ['added provider Elsewhere'])
})

test('who opened an account under somebody else’s e-mail beforehand is put out of it when the owner comes', async () => {
  const hijacker = await registered(stage.world)
  const { email, id } = hijacker.profile
  const as = customer(hijacker)
  const home = { name: 'Eve', line1: '1 Main Street', city: 'London', postalCode: 'N1', country: 'GB' }
  await stage.world.call(identity.addAddress, home, { as })
  const { secret } = await stage.world.call(identity.startSecondFactor, { password }, { as })
  await stage.world.call(identity.confirmSecondFactor, { code: await codeAt(secret, new Date()) }, { as })
  const owner = await stage.signInAs(somebody({ email }))
  assert.deepEqual([owner.profile.id, owner.profile.emailVerified], [id, true])
  assert.deepEqual(await stage.world.call(identity.resolveSession, { token: hijacker.token }), {})
  await assert.rejects(
    stage.world.call(identity.signIn, { email, password }, { as: anyone }),
    refused(wrongCredentials),
  )
  assert.deepEqual((await stage.world.call(identity.listAddresses, {}, { as: customer(owner) })).items, [])
  assert.equal((await stage.world.call(identity.getSecondFactor, {}, { as: customer(owner) })).isOn, false)
})

test('an e-mail that the provider has not confirmed opens nothing, and makes nothing', async () => {
  const session = await registered(stage.world)
  await stage.verify(session)
  const { email } = session.profile
  const unsure = [
    { email, email_verified: false },
    { email, email_verified: undefined },
    { email: undefined },
  ]
  for (const more of [...unsure, { email: freshEmail(), email_verified: 'true' as never }])
    await assert.rejects(stage.signInAs(somebody(more)), refused(emailUnverified))
  const linked = await stage.world.call(identity.listLinkedProviders, {}, { as: customer(session) })
  assert.deepEqual(linked.items, [])
})

test('staff do not come in by a provider', async () => {
  const chief: Actor = { kind: 'staff', id: newId('staff'), permissions: ['*'] }
  const email = freshEmail()
  const person = { email, password, name: 'Grace', permissions: ['orders' as const] }
  await stage.world.call(identity.createStaff, person, { as: chief })
  await assert.rejects(stage.signInAs(somebody({ email })), refused(providerRefused))
})

test('a second factor is asked for, whatever the first one was', async () => {
  const who = somebody()
  const session = await stage.signInAs(who)
  const as = customer(session)
  const sessionId = await stage.sessionIdOf(session.token)
  const { secret } = await stage.world.call(identity.startSecondFactor, {}, { as, sessionId })
  const code = await codeAt(secret, new Date())
  const { recoveryCodes } = await stage.world.call(identity.confirmSecondFactor, { code }, { as })
  const asked = await stage.signInAs(who).catch((error) => error)
  assert.ok(is(asked, secondFactorRequired), String(asked))
  const challenge = String((asked as Problem).details.challenge)
  const confirmed = await stage.world.call(
    identity.confirmSignIn,
    { challenge, code: recoveryCodes[0] ?? '' },
    { as: anyone },
  )
  assert.equal(confirmed.profile.id, session.profile.id)
})
