import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { conflict, forbidden, is, notFound, versionConflict } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import { identity, type Profile } from './contract.ts'
import { anyone, freshEmail, openIdentity, password, registered } from './testing.ts'

let world: World
before(async () => {
  world = await openIdentity()
})
after(() => world.close())

const staffWith = (...permissions: string[]): Actor => ({ kind: 'staff', id: newId('staff'), permissions })
const chief = staffWith('*')
type Permissions = ('orders' | 'catalog' | 'staff' | 'webhooks' | '*')[]

async function hire(...permissions: Permissions): Promise<Profile> {
  const person = { email: freshEmail(), password, name: 'Grace', permissions }
  return world.call(identity.createStaff, person, { as: chief })
}

test('whoever leaves loses the account and every session at once', async () => {
  const { id, email } = await hire('orders')
  const { token } = await world.call(identity.signIn, { email, password }, { as: anyone })
  await world.call(identity.removeStaff, { id }, { as: chief })
  assert.deepEqual(await world.call(identity.resolveSession, { token }), {})
  const again = world.call(identity.signIn, { email, password }, { as: anyone })
  await assert.rejects(again, { code: 'wrong-credentials' })
  await assert.rejects(world.call(identity.removeStaff, { id }, { as: chief }), (error) =>
    is(error, notFound),
  )
})

test('new permissions hold from the next request on, and a lost race is noticed', async () => {
  const { id, email, version } = await hire('orders')
  const { token } = await world.call(identity.signIn, { email, password }, { as: anyone })
  const change = { id, name: 'Grace H.', permissions: ['catalog' as const] }
  const changed = await world.call(identity.updateStaff, change, { as: chief, expectedVersion: version })
  assert.deepEqual([changed.name, changed.permissions, changed.version], ['Grace H.', ['catalog'], 2])
  assert.deepEqual((await world.call(identity.resolveSession, { token })).profile, changed)
  const late = world.call(identity.updateStaff, change, { as: chief, expectedVersion: version })
  await assert.rejects(late, (error) => is(error, versionConflict))
})

test('nobody gives, changes or takes what is beyond their own permissions', async () => {
  const manager = staffWith('staff', 'orders')
  const owner = await hire('*')
  const clerk = await hire('orders')
  const person = { email: freshEmail(), password, name: 'Eve' }
  const attempts = [
    world.call(identity.createStaff, { ...person, permissions: ['*'] }, { as: manager }),
    world.call(identity.createStaff, { ...person, permissions: ['catalog'] }, { as: manager }),
    world.call(identity.updateStaff, { id: clerk.id, permissions: ['orders', 'catalog'] }, { as: manager }),
    world.call(identity.updateStaff, { id: owner.id, permissions: ['orders'] }, { as: manager }),
    world.call(identity.removeStaff, { id: owner.id }, { as: manager }),
  ]
  await Promise.all(attempts.map((attempt) => assert.rejects(attempt, (error) => is(error, forbidden))))
  await world.call(identity.removeStaff, { id: clerk.id }, { as: manager })
})

test('nobody changes or removes their own account, so that someone is always left', async () => {
  const { id } = await hire('*')
  const as: Actor = { kind: 'staff', id, permissions: ['*'] }
  await assert.rejects(world.call(identity.removeStaff, { id }, { as }), (error) => is(error, conflict))
  const change = world.call(identity.updateStaff, { id, permissions: ['orders'] }, { as })
  await assert.rejects(change, (error) => is(error, conflict))
})

test('a customer is found by a part of the name or the e-mail, and read alone', async () => {
  const as = staffWith('customers')
  const { profile } = await registered(world, { email: 'grace_hopper@navy.example' })
  await registered(world, { email: 'gracexhopper@navy.example' })
  const found = async (q: string) =>
    (await world.call(identity.listCustomers, { q }, { as })).items.map(({ email }) => email)
  assert.deepEqual(await found('E_HOPP'), ['grace_hopper@navy.example'])
  assert.equal((await found('ada')).length, 2)
  assert.deepEqual(await world.call(identity.getCustomer, { id: profile.id }, { as }), profile)
  const { id } = await hire('orders')
  await assert.rejects(world.call(identity.getCustomer, { id }, { as }), (error) => is(error, notFound))
})

test('a service learns whom of the staff to tell: who may do it, and has come in', async () => {
  const [clerk, owner, other] = [await hire('webhooks'), await hire('*'), await hire('orders')]
  const person = { email: freshEmail(), name: 'Grace', permissions: ['webhooks' as const] }
  const invited = await world.call(identity.inviteStaff, person, { as: chief })
  const as: Actor = { kind: 'service', name: 'notifications' }
  const { items } = await world.call(identity.listStaffToTell, { permission: 'webhooks' }, { as })
  const told = new Map(items.map(({ id, email }) => [id, email]))
  assert.deepEqual([told.get(clerk.id), told.get(owner.id)], [clerk.email, owner.email])
  assert.ok(!told.has(other.id) && !told.has(invited.id))
})
