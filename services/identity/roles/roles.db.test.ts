import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { conflict, forbidden, invalidInput, is, notFound, versionConflict } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import { identity } from '../contract.ts'
import { anyone, customer, freshEmail, openIdentity, password, registered } from '../testing.ts'
import { roleLimit } from './manage-roles.ts'

let world: World
before(async () => {
  world = await openIdentity()
})
after(() => world.close())

type Permission = 'orders' | 'catalog' | 'pricing' | 'staff' | '*'
const staffWith = (...permissions: string[]): Actor => ({ kind: 'staff', id: newId('staff'), permissions })
const chief = staffWith('*')

const role = (permissions: Permission[], as = chief, name = newId('name')) =>
  world.call(identity.createRole, { name, permissions }, { as })
const give = (id: string, roleIds: string[], as = chief) =>
  world.call(identity.setStaffRoles, { id, roleIds }, { as })

async function hire(...permissions: Permission[]) {
  const person = { email: freshEmail(), password, name: 'Grace', permissions }
  const { id, email } = await world.call(identity.createStaff, person, { as: chief })
  const { token } = await world.call(identity.signIn, { email, password }, { as: anyone })
  const holds = async () => (await world.call(identity.resolveSession, { token })).profile?.permissions
  return { id, holds }
}

test('a role gives what it holds, besides what was given to the person', async () => {
  const { id, holds } = await hire('orders')
  const [seller, buyer] = [await role(['pricing', 'orders']), await role(['catalog'])]
  const changed = await give(id, [seller.id, buyer.id])
  assert.deepEqual(changed.permissions, ['catalog', 'orders', 'pricing'])
  assert.deepEqual(changed.roleIds, [seller.id, buyer.id].sort())
  assert.deepEqual(await holds(), ['catalog', 'orders', 'pricing'])
  await give(id, [])
  assert.deepEqual(await holds(), ['orders'])
})

test('a role that changes, changes what all may do who have it', async () => {
  const [ada, grace] = [await hire('orders'), await hire('catalog')]
  const { id, version } = await role(['pricing'])
  await Promise.all([give(ada.id, [id]), give(grace.id, [id])])
  const change = { id, permissions: ['staff' as const] }
  const changed = await world.call(identity.updateRole, change, { as: chief, expectedVersion: version })
  assert.deepEqual([changed.permissions, changed.version], [['staff'], 2])
  assert.deepEqual(await ada.holds(), ['orders', 'staff'])
  assert.deepEqual(await grace.holds(), ['catalog', 'staff'])
  const late = world.call(identity.updateRole, change, { as: chief, expectedVersion: version })
  await assert.rejects(late, (error) => is(error, versionConflict))
})

test('what was given to the person can be changed without touching the roles', async () => {
  const { id, holds } = await hire('orders')
  await give(id, [(await role(['pricing'])).id])
  const update = { id, permissions: ['catalog' as const] }
  const changed = await world.call(identity.updateStaff, update, { as: chief })
  assert.deepEqual(changed.permissions, ['catalog', 'pricing'])
  assert.deepEqual(await holds(), ['catalog', 'pricing'])
})

test('changes to a role and to those who have it may come at once', async () => {
  const { id, holds } = await hire('orders')
  const { id: roleId } = await role(['pricing'])
  for (let n = 0; n < 5; n++) {
    const permissions: Permission[] = n % 2 ? ['pricing'] : ['catalog']
    await Promise.all([
      give(id, [roleId]),
      world.call(identity.updateRole, { id: roleId, permissions }, { as: chief }),
      world.call(identity.updateStaff, { id, name: `Grace ${n}` }, { as: chief }),
    ])
    assert.deepEqual(await holds(), [...permissions, 'orders'].sort())
  }
})

test('nobody makes, changes, gives or takes what is beyond their own permissions', async () => {
  const manager = staffWith('staff', 'orders')
  const { id } = await hire('orders')
  const mighty = await role(['*'])
  const small = await role(['orders'], manager)
  await Promise.all(
    [
      role(['*'], manager),
      world.call(identity.updateRole, { id: mighty.id, name: newId('name') }, { as: manager }),
      world.call(identity.updateRole, { id: small.id, permissions: ['catalog'] }, { as: manager }),
      world.call(identity.removeRole, { id: mighty.id }, { as: manager }),
      give(id, [mighty.id], manager),
      role(['orders'], staffWith('orders')),
    ].map((attempt) => assert.rejects(attempt, (error) => is(error, forbidden))),
  )
  await give(id, [small.id], manager)
})

test('nobody changes a role they have, so that someone is always left', async () => {
  const { id } = await hire('*')
  const { id: roleId } = await role(['*'])
  await give(id, [roleId])
  const as: Actor = { kind: 'staff', id, permissions: ['*'] }
  const change = { id: roleId, permissions: ['orders' as const] }
  await Promise.all([
    assert.rejects(world.call(identity.updateRole, change, { as }), (error) => is(error, conflict)),
    assert.rejects(give(id, [], as), (error) => is(error, conflict)),
  ])
})

test('a role is removed when nobody has it, and its name is its own', async () => {
  const { id } = await hire('orders')
  const made = await role(['orders'])
  await give(id, [made.id])
  const remove = () => world.call(identity.removeRole, { id: made.id }, { as: chief })
  await Promise.all([
    assert.rejects(remove(), (error) => is(error, conflict)),
    assert.rejects(role(['orders'], chief, made.name), (error) => is(error, conflict)),
  ])
  await give(id, [])
  await remove()
  await Promise.all([
    assert.rejects(remove(), (error) => is(error, notFound)),
    assert.rejects(give(id, [made.id]), (error) => is(error, invalidInput)),
  ])
})

test('whoever is invited may get roles from the start', async () => {
  const { id: roleId } = await role(['pricing'])
  const person = { email: freshEmail(), name: 'Grace' }
  const invite = (more: object) => world.call(identity.inviteStaff, { ...person, ...more }, { as: chief })
  await assert.rejects(invite({}), (error) => is(error, invalidInput))
  const made = await invite({ roleIds: [roleId], permissions: ['orders'] })
  assert.deepEqual([made.permissions, made.roleIds], [['orders', 'pricing'], [roleId]])
  const other = { ...person, email: freshEmail(), roleIds: [roleId] }
  const alone = await world.call(identity.inviteStaff, other, { as: chief })
  assert.deepEqual(alone.permissions, ['pricing'])
})

test('roles are listed page by page, noted in the log, and closed to all others', async () => {
  const as = staffWith('staff', 'orders')
  const ids = []
  for (let n = 0; n < 3; n++) ids.unshift((await role(['orders'], as)).id)
  const first = await world.call(identity.listRoles, { limit: 2 }, { as })
  const second = await world.call(identity.listRoles, { limit: 1, after: first.next }, { as })
  assert.deepEqual(
    [...first.items, ...second.items].map(({ id }) => id),
    ids,
  )
  const log = await world.call(identity.listAudit, { subjectId: ids[0] ?? '' }, { as })
  assert.deepEqual(
    log.items.map(({ action }) => action),
    ['role.created'],
  )
  const ada = customer(await registered(world))
  await assert.rejects(world.call(identity.listRoles, {}, { as: ada }), (error) => is(error, forbidden))
})

test('a shop does not have too many roles', async () => {
  await world.database.run`
    insert into roles (id, name, permissions, created_at, updated_at)
    select 'role_many' || n, 'many ' || n, '[]', now(), now() from generate_series(1, ${roleLimit}::integer) n`
  await assert.rejects(role(['orders']), (error) => is(error, conflict))
  await world.database.run`delete from roles where starts_with(id, 'role_many')`
})
