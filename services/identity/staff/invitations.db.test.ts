import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { conflict, forbidden, is, notFound, unauthenticated } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import { emailTaken, identity, linkExpired, staffInvited, wrongCredentials } from '../contract.ts'
import { anyone, freshEmail, openIdentity, password, registered } from '../testing.ts'
import { inviteDays } from './invite-staff.ts'

let world: World
before(async () => {
  world = await openIdentity()
})
after(() => world.close())

const staffWith = (...permissions: string[]): Actor => ({ kind: 'staff', id: newId('staff'), permissions })
const chief = staffWith('*')
const invite = (as: Actor, email = freshEmail(), permissions: ('orders' | '*')[] = ['orders']) =>
  world.call(identity.inviteStaff, { email, name: 'Grace', permissions }, { as })
const tokenFor = async (email: string) => {
  const told = (await world.said(staffInvited)).filter((data) => data.email === email)
  return (await world.call(identity.issueLink, { id: told.at(-1)?.linkId ?? '' })).token
}
const accept = (token: string) => world.call(identity.acceptInvitation, { token, password }, { as: anyone })
const signIn = (email: string) => world.call(identity.signIn, { email, password }, { as: anyone })

test('whoever is invited chooses a password, and is staff then', async () => {
  const made = await invite(chief)
  assert.deepEqual([made.role, made.permissions, made.emailVerified], ['staff', ['orders'], false])
  await assert.rejects(signIn(made.email), (error) => is(error, wrongCredentials))
  const token = await tokenFor(made.email)
  await accept(token)
  const { profile } = await signIn(made.email)
  assert.deepEqual([profile.id, profile.permissions, profile.emailVerified], [made.id, ['orders'], true])
  await assert.rejects(accept(token), (error) => is(error, linkExpired))
})

test('a password that nobody has chosen yet is not reset', async () => {
  const { email } = await invite(chief)
  await world.call(identity.requestPasswordReset, { email }, { as: anyone })
  await world.runJobs()
  const reset = world.call(identity.resetPassword, { token: await tokenFor(email), password }, { as: anyone })
  await assert.rejects(reset, (error) => is(error, linkExpired))
})

test('an invitation that is sent again replaces the former one, until it is accepted', async () => {
  const { id, email } = await invite(chief)
  const former = await tokenFor(email)
  await world.call(identity.inviteStaffAgain, { id }, { as: chief })
  await assert.rejects(accept(former), (error) => is(error, linkExpired))
  await accept(await tokenFor(email))
  await assert.rejects(world.call(identity.inviteStaffAgain, { id }, { as: chief }), (error) =>
    is(error, conflict),
  )
})

test('an invitation ends with its time, and with the account', async () => {
  const removed = await invite(chief)
  const token = await tokenFor(removed.email)
  await world.call(identity.removeStaff, { id: removed.id }, { as: chief })
  await assert.rejects(accept(token), (error) => is(error, linkExpired))
  const { email } = await invite(chief)
  const late = await tokenFor(email)
  world.advance(inviteDays * 86_400_000)
  await assert.rejects(accept(late), (error) => is(error, linkExpired))
})

test('nobody invites to more than they may do themselves, nor a person who is here', async () => {
  const { profile } = await registered(world)
  const { id } = await invite(chief, freshEmail(), ['*'])
  const manager = staffWith('staff', 'orders')
  await Promise.all([
    assert.rejects(invite(manager, freshEmail(), ['*']), (error) => is(error, forbidden)),
    assert.rejects(world.call(identity.inviteStaffAgain, { id }, { as: manager }), (error) =>
      is(error, forbidden),
    ),
    assert.rejects(invite(staffWith('orders')), (error) => is(error, forbidden)),
    assert.rejects(invite(anyone), (error) => is(error, unauthenticated)),
    assert.rejects(invite(chief, profile.email), (error) => is(error, emailTaken)),
    assert.rejects(world.call(identity.inviteStaffAgain, { id: profile.id }, { as: chief }), (error) =>
      is(error, notFound),
    ),
  ])
})
