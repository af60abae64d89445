import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { forbidden, is, notFound, unauthenticated } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import { identity } from '../contract.ts'
import { anyone, customer, freshEmail, openIdentity, password, registered } from '../testing.ts'

let world: World
before(async () => {
  world = await openIdentity()
})
after(() => world.close())

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const signIn = (email: string, device?: string) =>
  world.call(identity.signIn, { email, password, device }, { as: anyone })
const resolved = (token: string) => world.call(identity.resolveSession, { token })
const sessionsOf = async (as: Actor, sessionId?: string) =>
  (await world.call(identity.listSessions, {}, { as, sessionId })).items
const staffWith = (...permissions: string[]): Actor => ({ kind: 'staff', id: newId('staff'), permissions })

async function hire(permission: 'orders' | '*') {
  const person = { email: freshEmail(), password, name: 'Grace', permissions: [permission] }
  const { id, email } = await world.call(identity.createStaff, person, { as: staffWith('*') })
  const { token } = await signIn(email, 'the till')
  return { id, token }
}

test('a person sees where they are signed in, and which of it is here', async () => {
  const session = await registered(world)
  const as = customer(session)
  await world.call(
    identity.signIn,
    { email: session.profile.email, password },
    { as: anyone, userAgent: firefox },
  )
  const { sessionId } = await resolved(session.token)
  const found = await sessionsOf(as, sessionId)
  assert.deepEqual(
    found.map(({ device, isCurrent }) => [device, isCurrent]),
    [
      ['Firefox on Linux', false],
      [undefined, true],
    ],
  )
  for (const { id, createdAt, lastUsedAt, expiresAt } of found) {
    assert.match(id, /^sess_/)
    assert.ok(lastUsedAt >= createdAt.slice(0, 19) && expiresAt > lastUsedAt)
  }
})

test('the time of the last use goes along with the use', async () => {
  const session = await registered(world)
  const [before] = await sessionsOf(customer(session))
  await resolved(session.token)
  assert.equal((await sessionsOf(customer(session)))[0]?.lastUsedAt, before?.lastUsedAt)
  world.advance(600_000)
  await resolved(session.token)
  const [after] = await sessionsOf(customer(session))
  assert.ok(Date.parse(after?.lastUsedAt ?? '') - Date.parse(before?.lastUsedAt ?? '') >= 600_000)
})

test('one session is ended, or all others', async () => {
  const here = await registered(world)
  const as = customer(here)
  const { sessionId } = await resolved(here.token)
  const others = [await signIn(here.profile.email), await signIn(here.profile.email)]
  const [first = ''] = (await sessionsOf(as, sessionId))
    .filter(({ isCurrent }) => !isCurrent)
    .map(({ id }) => id)
  await world.call(identity.endSession, { id: first }, { as, sessionId })
  assert.equal((await sessionsOf(as)).length, 2)
  await world.call(identity.endOtherSessions, {}, { as, sessionId })
  for (const { token } of others) assert.deepEqual(await resolved(token), {})
  assert.deepEqual(
    (await sessionsOf(as, sessionId)).map(({ isCurrent }) => isCurrent),
    [true],
  )
})

test('the sessions of others are neither seen nor ended', async () => {
  const [ada, eve] = [await registered(world), await registered(world)]
  const [hers] = await sessionsOf(customer(ada))
  const as = customer(eve)
  await assert.rejects(world.call(identity.endSession, { id: hers?.id ?? '' }, { as }), (error) =>
    is(error, notFound),
  )
  assert.ok((await sessionsOf(as)).every(({ id }) => id !== hers?.id))
  await world.call(identity.endOtherSessions, {}, { as })
  assert.ok((await resolved(ada.token)).profile)
  await Promise.all([
    assert.rejects(sessionsOf(anyone), (error) => is(error, unauthenticated)),
    assert.rejects(world.call(identity.listStaffSessions, { id: eve.profile.id }, { as }), (error) =>
      is(error, forbidden),
    ),
  ])
})

test('whoever manages staff sees and ends the sessions of those who may do no more', async () => {
  const [clerk, chief] = [await hire('orders'), await hire('*')]
  const as = staffWith('staff', 'orders')
  const { items } = await world.call(identity.listStaffSessions, { id: clerk.id }, { as })
  assert.deepEqual(
    items.map(({ device, isCurrent }) => [device, isCurrent]),
    [['the till', false]],
  )
  await world.call(identity.endStaffSessions, { id: clerk.id }, { as })
  assert.deepEqual(await resolved(clerk.token), {})
  const { profile } = await registered(world)
  await Promise.all([
    assert.rejects(world.call(identity.endStaffSessions, { id: chief.id }, { as }), (error) =>
      is(error, forbidden),
    ),
    assert.rejects(world.call(identity.endStaffSessions, { id: profile.id }, { as }), (error) =>
      is(error, notFound),
    ),
    assert.rejects(world.call(identity.listStaffSessions, { id: profile.id }, { as }), (error) =>
      is(error, notFound),
    ),
  ])
  assert.ok((await resolved(chief.token)).profile)
})

test('staff see and end their own sessions like everybody', async () => {
  const { id, token } = await hire('orders')
  const as: Actor = { kind: 'staff', id, permissions: ['orders'] }
  const [own] = await sessionsOf(as)
  await world.call(identity.endSession, { id: own?.id ?? '' }, { as })
  assert.deepEqual(await resolved(token), {})
})
