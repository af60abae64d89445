import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { is, notFound, tooManyRequests, unauthenticated } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import { emailVerificationRequested, identity, linkExpired, type Session } from '../contract.ts'
import { anyone, customer, openIdentity, registered } from '../testing.ts'
import { limits } from './verify-email.ts'

let world: World
before(async () => {
  world = await openIdentity()
})
after(() => world.close())

const linksTo = async (email: string) =>
  (await world.said(emailVerificationRequested)).filter((data) => data.email === email)
const tokenFor = async (email: string) => {
  const id = (await linksTo(email)).at(-1)?.linkId ?? ''
  return (await world.call(identity.issueLink, { id })).token
}
const verify = (token: string) => world.call(identity.verifyEmail, { token }, { as: anyone })
const isVerified = async (session: Session) =>
  (await world.call(identity.getProfile, {}, { as: customer(session) })).emailVerified

test('who registers gets a link, and confirms the address by it, once', async () => {
  const session = await registered(world)
  assert.equal(await isVerified(session), false)
  const token = await tokenFor(session.profile.email)
  await verify(token)
  assert.equal(await isVerified(session), true)
  const profile = await world.call(identity.getProfile, {}, { as: customer(session) })
  assert.equal(profile.version, session.profile.version + 1)
  await assert.rejects(verify(token), (error) => is(error, linkExpired))
})

test('the link is sent again on request, until the address is confirmed', async () => {
  const session = await registered(world)
  const as = customer(session)
  const { email } = session.profile
  await world.call(identity.requestEmailVerification, {}, { as })
  assert.equal((await linksTo(email)).length, 2)
  await verify(await tokenFor(email))
  await world.call(identity.requestEmailVerification, {}, { as })
  assert.equal((await linksTo(email)).length, 2)
})

test('a link that is made up, too old or for another purpose confirms nothing', async () => {
  const session = await registered(world)
  const token = await tokenFor(session.profile.email)
  await Promise.all([
    assert.rejects(verify(`${token.slice(0, -4)}AAAA`), (error) => is(error, linkExpired)),
    assert.rejects(
      world.call(identity.resetPassword, { token, password: 'another long password' }, { as: anyone }),
      (error) => is(error, linkExpired),
    ),
  ])
  world.advance(3 * 86_400_000)
  await assert.rejects(verify(token), (error) => is(error, linkExpired))
  assert.equal(await isVerified(session), false)
})

test('nobody floods a mailbox', async () => {
  const as = customer(await registered(world))
  const asks = await Promise.allSettled(
    Array.from({ length: limits.perKey + 2 }, () =>
      world.call(identity.requestEmailVerification, {}, { as }),
    ),
  )
  const refused = asks.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  assert.equal(refused.length, 2)
  for (const error of refused) assert.ok(is(error, tooManyRequests), String(error))
})

test('strangers, and accounts that are gone, get no link', async () => {
  const gone = { kind: 'customer', id: 'cust_01h455vb4pex5vsknk084sn02q' } as const
  await Promise.all([
    assert.rejects(world.call(identity.requestEmailVerification, {}, { as: anyone }), (error) =>
      is(error, unauthenticated),
    ),
    assert.rejects(world.call(identity.requestEmailVerification, {}, { as: gone }), (error) =>
      is(error, notFound),
    ),
  ])
})
