import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { conflict, forbidden, is, notFound, unauthenticated, versionConflict } from '@rialto/kit/problem'
import { silent } from '@rialto/kit/telemetry'
import type { World } from '@rialto/kit/testing'
import { emailTaken, identity } from './contract.ts'
import { anyone, customer, freshEmail, openIdentity, password, registered } from './testing.ts'

let world: World
before(async () => {
  world = await openIdentity({
    RIALTO_ADMIN_EMAIL: 'Admin@shop.example',
    RIALTO_ADMIN_PASSWORD: 'the first password',
  })
})
after(() => world.close())

const staffWith = (...permissions: string[]): Actor => ({ kind: 'staff', id: newId('staff'), permissions })
const home = {
  name: 'Ada',
  line1: '1 Main Street',
  city: 'London',
  postalCode: 'N1',
  country: 'GB',
}
const defaultsOf = async (as: Actor) =>
  (await world.call(identity.listAddresses, {}, { as })).items.map(({ isDefault }) => isDefault)

test('the first staff member comes from the settings, once, and may do everything', async () => {
  const { items } = await world.call(identity.listStaff, {}, { as: staffWith('staff') })
  assert.deepEqual(
    items.map(({ email, role, permissions }) => [email, role, permissions]),
    [['admin@shop.example', 'staff', ['*']]],
  )
  const session = await world.call(
    identity.signIn,
    { email: 'admin@shop.example', password: 'the first password' },
    { as: anyone },
  )
  assert.match(session.profile.id, /^staff_/)
})

test('the first staff member is made once, also when the settings change', async () => {
  const { prepare } = await import('./prepare.ts')
  const { openOwn } = await import('./own.ts')
  const config = {
    SHOP_NAME: 'Rialto',
    PUBLIC_URL: 'http://localhost:3000',
    SIGN_IN_PROVIDERS: '[]',
    PROVIDER_TIMEOUT_MS: 5_000,
    RIALTO_SECRET: 'x'.repeat(32),
    RIALTO_ADMIN_EMAIL: freshEmail(),
    RIALTO_ADMIN_PASSWORD: password,
  }
  const own = openOwn({ config, database: world.database, log: silent })
  await prepare({ own, database: world.database, newId } as unknown as Parameters<typeof prepare>[0])
  assert.equal((await world.call(identity.listStaff, {}, { as: staffWith('staff') })).items.length, 1)
})

test('only who may manage staff gives staff accounts', async () => {
  const email = freshEmail()
  const person = { email, password, name: 'Grace', permissions: ['orders' as const] }
  const make = (as: Actor) => world.call(identity.createStaff, person, { as })
  await assert.rejects(make(anyone), (error) => is(error, unauthenticated))
  await assert.rejects(make(customer(await registered(world))), (error) => is(error, forbidden))
  await assert.rejects(make(staffWith('orders')), (error) => is(error, forbidden))
  const made = await make(staffWith('staff', 'orders'))
  assert.deepEqual([made.role, made.permissions], ['staff', ['orders']])
  await assert.rejects(make(staffWith('*')), (error) => is(error, emailTaken))
  const session = await world.call(identity.signIn, { email, password }, { as: anyone })
  assert.deepEqual(session.profile, made)
})

test('nobody makes himself staff by registering', async () => {
  const body = { email: freshEmail(), password, name: 'Eve', role: 'staff', permissions: ['*'] }
  const { profile } = await world.call(identity.register, body as never, { as: anyone })
  assert.deepEqual([profile.role, profile.permissions], ['customer', []])
})

test('customers are listed newest first, page by page', async () => {
  const ids = []
  for (let n = 0; n < 3; n++) ids.unshift((await registered(world)).profile.id)
  const as = staffWith('customers')
  const first = await world.call(identity.listCustomers, { limit: 2 }, { as })
  const second = await world.call(identity.listCustomers, { limit: 1, after: first.next }, { as })
  assert.deepEqual(
    [...first.items, ...second.items].map(({ id }) => id),
    ids,
  )
})

test('a customer reads and changes the own profile, and a lost race is noticed', async () => {
  const session = await registered(world)
  const as = customer(session)
  const renamed = await world.call(identity.updateProfile, { name: 'Ada L.' }, { as, expectedVersion: 1 })
  assert.deepEqual([renamed.name, renamed.version], ['Ada L.', 2])
  assert.deepEqual(await world.call(identity.getProfile, {}, { as }), renamed)
  const late = world.call(identity.updateProfile, { name: 'Late' }, { as, expectedVersion: 1 })
  await assert.rejects(late, (error) => is(error, versionConflict))
})

test('the first address is the default, and a later one can become it', async () => {
  const as = customer(await registered(world))
  const first = await world.call(identity.addAddress, home, { as })
  assert.equal(first.isDefault, true)
  const second = await world.call(identity.addAddress, { ...home, city: 'Leeds' }, { as })
  assert.deepEqual(await defaultsOf(as), [true, false])
  await world.call(identity.updateAddress, { ...home, id: second.id, isDefault: true }, { as })
  assert.deepEqual(await defaultsOf(as), [false, true])
  await world.call(identity.updateAddress, { ...home, id: second.id, isDefault: false }, { as })
  assert.deepEqual(await defaultsOf(as), [false, true])
  await world.call(identity.removeAddress, { id: second.id }, { as })
  assert.deepEqual(await defaultsOf(as), [true])
})

test('addresses that become the default at once leave one default', async () => {
  const as = customer(await registered(world))
  await Promise.all(
    Array.from({ length: 5 }, () => world.call(identity.addAddress, { ...home, isDefault: true }, { as })),
  )
  assert.equal((await defaultsOf(as)).filter(Boolean).length, 1)
})

test('the addresses of others are not there', async () => {
  const as = customer(await registered(world))
  const { id } = await world.call(identity.addAddress, home, { as: customer(await registered(world)) })
  const attempts = [
    () => world.call(identity.updateAddress, { ...home, id }, { as }),
    () => world.call(identity.removeAddress, { id }, { as }),
    () => world.call(identity.removeAddress, { id: newId('addr') }, { as }),
  ]
  for (const attempt of attempts) await assert.rejects(attempt(), (error) => is(error, notFound))
  assert.deepEqual(await defaultsOf(as), [])
})

test('an address that was changed meanwhile is not overwritten', async () => {
  const as = customer(await registered(world))
  const { id } = await world.call(identity.addAddress, home, { as })
  await world.call(identity.updateAddress, { ...home, id, city: 'Leeds' }, { as, expectedVersion: 1 })
  const late = world.call(identity.updateAddress, { ...home, id }, { as, expectedVersion: 1 })
  await assert.rejects(late, (error) => is(error, versionConflict))
})

test('nobody saves more than 50 addresses', async () => {
  const as = customer(await registered(world))
  for (let n = 0; n < 50; n++) await world.call(identity.addAddress, home, { as })
  await assert.rejects(world.call(identity.addAddress, home, { as }), (error) => is(error, conflict))
  assert.equal((await defaultsOf(as)).length, 50)
})
