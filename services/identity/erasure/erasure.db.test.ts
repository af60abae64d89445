import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { forbidden, is, notFound, unauthenticated } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import {
  customerErased,
  identity,
  passkeyRefused,
  wrongCode,
  wrongCredentials,
  wrongPassword,
} from '../contract.ts'
import { openDevice } from '../passkeys/testing.ts'
import { codeAt } from '../second-factor/testing.ts'
import { anyone, customer, freshEmail, openIdentity, password, registered } from '../testing.ts'

let world: World
before(async () => {
  world = await openIdentity()
})
after(() => world.close())

const staffWith = (...permissions: string[]): Actor => ({ kind: 'staff', id: newId('staff'), permissions })
const home = { name: 'Ada', line1: '1 Main Street', city: 'London', postalCode: 'N1', country: 'GB' }
const erase = (as: Actor, typed = password, code?: string) =>
  world.call(identity.eraseAccount, { password: typed, ...(code && { code }) }, { as })

/** All that the tables of identity have, but for what was said. */
async function everything(): Promise<string> {
  const tables = await world.database.rows<{ text: string }>`
    select query_to_xml(format('select * from %I', tablename), true, true, '')::text as text
    from pg_tables where schemaname = 'public'`
  return tables.map(({ text }) => text).join()
}

test('an account is erased with all that belongs to it, and the others are told', async () => {
  const session = await registered(world)
  const as = customer(session)
  const { id, email } = session.profile
  await world.call(identity.addAddress, home, { as })
  await world.call(identity.signIn, { email, password: 'not my password' }, { as: anyone }).catch(() => {})
  await erase(as)
  const left = await everything()
  assert.ok(!left.includes(id) && !left.includes(email))
  assert.deepEqual(await world.call(identity.resolveSession, { token: session.token }), {})
  await assert.rejects(world.call(identity.signIn, { email, password }, { as: anyone }), (error) =>
    is(error, wrongCredentials),
  )
  const told = (await world.said(customerErased)).filter(({ customerId }) => customerId === id)
  assert.deepEqual(told, [{ customerId: id, email }])
  assert.equal((await registered(world, { email })).profile.email, email)
})

test('passkeys and linked providers go with the account, and open nothing any more', async () => {
  const session = await registered(world)
  const as = customer(session)
  const { id } = session.profile
  const subject = newId('sub')
  await world.database.run`update users set email_verified = true where id = ${id}`
  await world.database.run`
    insert into accounts (id, user_id, provider_id, account_id, created_at, updated_at)
    values (${newId('acct')}, ${id}, 'https://elsewhere.example', ${subject}, now(), now())`
  const device = openDevice({ origin: 'http://localhost:3000' })
  const { ticket, options } = await world.call(identity.startPasskey, { password }, { as })
  const made = device.create(options as { challenge: string })
  await world.call(identity.addPasskey, { ticket, name: 'Phone of Ada', ...made }, { as })
  const before = await everything()
  for (const mine of [id, subject, device.id, 'Phone of Ada']) assert.ok(before.includes(mine), mine)
  await erase(as)
  const left = await everything()
  for (const mine of [id, subject, device.id, 'Phone of Ada']) assert.ok(!left.includes(mine), mine)
  const begun = await world.call(identity.startPasskeySignIn, {}, { as: anyone })
  const answer = { ticket: begun.ticket, ...device.get(begun.options as { challenge: string }) }
  await assert.rejects(world.call(identity.signInWithPasskey, answer, { as: anyone }), (error) =>
    is(error, passkeyRefused),
  )
})

test('whoever has but the session erases nothing', async () => {
  const session = await registered(world)
  const as = customer(session)
  await assert.rejects(erase(as, 'not my password'), (error) => is(error, wrongPassword))
  const { secret } = await world.call(identity.startSecondFactor, { password }, { as })
  const first = await codeAt(secret, new Date())
  const { recoveryCodes } = await world.call(identity.confirmSecondFactor, { code: first }, { as })
  await Promise.all([
    assert.rejects(erase(as), (error) => is(error, wrongCode)),
    assert.rejects(erase(as, password, first), (error) => is(error, wrongCode)),
  ])
  await erase(as, password, recoveryCodes[0])
  await assert.rejects(world.call(identity.getProfile, {}, { as }), (error) => is(error, notFound))
})

test('staff erase a customer who asks for it, which the log tells', async () => {
  const { profile } = await registered(world)
  const as = staffWith('customers')
  await world.call(identity.eraseCustomer, { id: profile.id }, { as })
  const { items } = await world.call(identity.listAudit, { subjectId: profile.id }, { as: staffWith('*') })
  assert.deepEqual(
    items.map(({ action }) => action),
    ['customer.erased'],
  )
  const person = { email: freshEmail(), password, name: 'Grace', permissions: ['orders' as const] }
  const colleague = await world.call(identity.createStaff, person, { as: staffWith('*') })
  const ada = customer(await registered(world))
  await Promise.all([
    assert.rejects(world.call(identity.eraseCustomer, { id: profile.id }, { as }), (error) =>
      is(error, notFound),
    ),
    assert.rejects(world.call(identity.eraseCustomer, { id: colleague.id }, { as }), (error) =>
      is(error, notFound),
    ),
    assert.rejects(world.call(identity.eraseCustomer, { id: newId('cust') }, { as: ada }), (error) =>
      is(error, forbidden),
    ),
    assert.rejects(erase(anyone), (error) => is(error, unauthenticated)),
    assert.rejects(erase(staffWith('*')), (error) => is(error, forbidden)),
  ])
})

test('who is erased several times at once is erased once', async () => {
  const session = await registered(world)
  const { id } = session.profile
  const as = staffWith('customers')
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => world.call(identity.eraseCustomer, { id }, { as })),
  )
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  const told = await world.said(customerErased)
  assert.equal(told.filter(({ customerId }) => customerId === session.profile.id).length, 1)
})
