import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { forbidden, is } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import { identity } from '../contract.ts'
import { customer, freshEmail, openIdentity, registered } from '../testing.ts'

let world: World
before(async () => {
  world = await openIdentity()
})
after(() => world.close())

const staffWith = (...permissions: string[]): Actor => ({ kind: 'staff', id: newId('staff'), permissions })
const invite = (as: Actor, email = freshEmail(), permissions: ('orders' | '*')[] = ['orders']) =>
  world.call(identity.inviteStaff, { email, name: 'Grace', permissions }, { as })

test('who changed what about whom is kept, without anything of the person', async () => {
  const as = staffWith('*')
  const { id, email } = await invite(as)
  await world.call(identity.inviteStaffAgain, { id }, { as })
  await world.call(identity.updateStaff, { id, name: 'Grace H.', permissions: ['catalog'] }, { as })
  await world.call(identity.endStaffSessions, { id }, { as })
  await world.call(identity.removeStaff, { id }, { as })
  const { items } = await world.call(identity.listAudit, { subjectId: id }, { as })
  assert.deepEqual(
    items.map(({ action, actorId, fields, permissionsBefore, permissionsAfter }) => [
      action,
      'id' in as && actorId === as.id,
      fields.join(),
      permissionsBefore?.join(),
      permissionsAfter?.join(),
    ]),
    [
      ['staff.removed', true, '', 'catalog', undefined],
      ['staff.sessions-ended', true, '', undefined, undefined],
      ['staff.changed', true, 'name,permissions', 'orders', 'catalog'],
      ['staff.invited-again', true, '', undefined, undefined],
      ['staff.invited', true, '', undefined, 'orders'],
    ],
  )
  const kept = JSON.stringify(await world.database.rows`select * from audit where subject_id = ${id}`)
  assert.ok(!kept.includes(email) && !kept.includes('Grace'))
})

test('a change that is refused is not noted', async () => {
  const as = staffWith('staff')
  await assert.rejects(invite(as, freshEmail(), ['*']), (error) => is(error, forbidden))
  const actorId = 'id' in as ? as.id : ''
  assert.deepEqual((await world.call(identity.listAudit, { actorId }, { as })).items, [])
})

test('the log is read page by page, by who manages staff alone', async () => {
  const as = staffWith('*')
  const actorId = 'id' in as ? as.id : ''
  const ids = []
  for (let n = 0; n < 3; n++) ids.unshift((await invite(as)).id)
  const first = await world.call(identity.listAudit, { actorId, limit: 2 }, { as })
  const second = await world.call(identity.listAudit, { actorId, limit: 2, after: first.next }, { as })
  assert.deepEqual(
    [...first.items, ...second.items].map(({ subjectId }) => subjectId),
    ids,
  )
  const by = { actorId, action: 'staff.removed' } as const
  assert.deepEqual((await world.call(identity.listAudit, by, { as })).items, [])
  const ada = customer(await registered(world))
  await Promise.all([
    assert.rejects(world.call(identity.listAudit, {}, { as: ada }), (error) => is(error, forbidden)),
    assert.rejects(world.call(identity.listAudit, {}, { as: staffWith('orders') }), (error) =>
      is(error, forbidden),
    ),
  ])
})
