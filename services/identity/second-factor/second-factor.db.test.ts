import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { conflict, forbidden, is, type Problem, tooManyRequests, unauthenticated } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import {
  challengeExpired,
  guestIdentified,
  identity,
  secondFactorRequired,
  wrongCode,
  wrongPassword,
} from '../contract.ts'
import { anyone, customer, freshEmail, openIdentity, password, registered, toldWays } from '../testing.ts'
import { limits } from './demand-code.ts'
import { codeAt } from './testing.ts'

let world: World
let movedMs = 0
before(async () => {
  world = await openIdentity()
})
after(() => world.close())

/** The code that the app shows next: each code works once. */
function nextCode(secret: string): Promise<string> {
  world.advance(30_000)
  movedMs += 30_000
  return codeAt(secret, new Date(Date.now() + movedMs))
}

async function withApp(as: Actor) {
  const { secret } = await world.call(identity.startSecondFactor, { password }, { as })
  const code = await nextCode(secret)
  const { recoveryCodes } = await world.call(identity.confirmSecondFactor, { code }, { as })
  return { secret, recoveryCodes }
}

async function newcomer() {
  const session = await registered(world)
  const as = customer(session)
  return { email: session.profile.email, id: session.profile.id, as, ...(await withApp(as)) }
}

/** Gives the password, and answers with the challenge. */
async function challengeFor(email: string): Promise<string> {
  const asked = await world.call(identity.signIn, { email, password }, { as: anyone }).catch((error) => error)
  assert.ok(is(asked, secondFactorRequired), String(asked))
  return String((asked as Problem).details.challenge)
}
const confirm = (challenge: string, code: string, as: Actor = anyone) =>
  world.call(identity.confirmSignIn, { challenge, code, device: 'the till' }, { as })
const stateOf = (as: Actor) => world.call(identity.getSecondFactor, {}, { as })

test('with a second factor the password alone opens nothing, and the code completes it', async () => {
  const { email, id, as, secret } = await newcomer()
  const before = (await world.call(identity.listSessions, {}, { as })).items.length
  const challenge = await challengeFor(email)
  assert.equal((await world.call(identity.listSessions, {}, { as })).items.length, before)
  const guest = { kind: 'guest', id: newId('guest') } as const
  const { token, profile } = await confirm(challenge, await nextCode(secret), guest)
  assert.equal(profile.id, id)
  assert.deepEqual((await world.call(identity.resolveSession, { token })).profile, profile)
  assert.equal((await world.call(identity.listSessions, {}, { as })).items[0]?.device, 'the till')
  assert.equal((await world.said(guestIdentified)).at(-1)?.guestId, guest.id)
})

test('a code works once, however many give it at once', async () => {
  const { email, secret } = await newcomer()
  const challenge = await challengeFor(email)
  const code = await nextCode(secret)
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => confirm(challenge, code)))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') assert.ok(is(outcome.reason, wrongCode), String(outcome.reason))
})

test('a recovery code stands in for the app, once', async () => {
  const { email, as, recoveryCodes } = await newcomer()
  const [code = ''] = recoveryCodes
  await confirm(await challengeFor(email), code.toUpperCase())
  assert.deepEqual(await stateOf(as), { isOn: true, recoveryCodesLeft: 9 })
  await assert.rejects(confirm(await challengeFor(email), code), (error) => is(error, wrongCode))
})

test('new recovery codes make the old ones void', async () => {
  const { email, as, secret, recoveryCodes } = await newcomer()
  const renewed = await world.call(identity.renewRecoveryCodes, { code: await nextCode(secret) }, { as })
  assert.equal(renewed.recoveryCodes.length, 10)
  const challenge = await challengeFor(email)
  await assert.rejects(confirm(challenge, recoveryCodes[0] ?? ''), (error) => is(error, wrongCode))
  await confirm(challenge, renewed.recoveryCodes[0] ?? '')
})

test('neither the secret nor a recovery code can be read from the tables', async () => {
  const { id, secret, recoveryCodes } = await newcomer()
  const kept = JSON.stringify([
    await world.database.rows`select * from second_factors where account_id = ${id}`,
    await world.database.rows`select * from recovery_codes where account_id = ${id}`,
  ])
  for (const text of [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', ''))])
    assert.ok(!kept.includes(text))
})

test('a challenge that is made up, too old, or of a former password is worth nothing', async () => {
  const { email, as, secret } = await newcomer()
  const challenge = await challengeFor(email)
  const change = { currentPassword: password, password: 'another long password' }
  const code = await nextCode(secret)
  await assert.rejects(confirm(`${challenge.slice(0, -4)}AAAA`, code), (error) => is(error, challengeExpired))
  await world.call(identity.changePassword, change, { as })
  await assert.rejects(confirm(challenge, code), (error) => is(error, challengeExpired))
  const later = await newcomer()
  const old = await challengeFor(later.email)
  world.advance(600_000)
  movedMs += 600_000
  await assert.rejects(confirm(old, await nextCode(later.secret)), (error) => is(error, challengeExpired))
})

test('codes cannot be guessed: after ten wrong ones even the right one has to wait', async () => {
  const { email, secret } = await newcomer()
  const challenge = await challengeFor(email)
  const code = await nextCode(secret)
  const wrong = code === '000000' ? '000001' : '000000'
  const tries = await Promise.allSettled(
    Array.from({ length: limits.perKey + 2 }, () => confirm(challenge, wrong)),
  )
  const waits = tries.filter((one) => one.status === 'rejected' && is(one.reason, tooManyRequests))
  assert.equal(waits.length, 2)
  await assert.rejects(confirm(challenge, code), (error) => is(error, tooManyRequests))
})

test('a second factor counts from its first code on, and is set up with the password alone', async () => {
  const session = await registered(world)
  const as = customer(session)
  const start = (typed: string) => world.call(identity.startSecondFactor, { password: typed }, { as })
  await assert.rejects(start('not my password'), (error) => is(error, wrongPassword))
  const { secret: former } = await start(password)
  const { secret } = await start(password)
  assert.deepEqual(await stateOf(as), { isOn: false, recoveryCodesLeft: 0 })
  await world.call(identity.signIn, { email: session.profile.email, password }, { as: anyone })
  const first = (code: string) => world.call(identity.confirmSecondFactor, { code }, { as })
  await assert.rejects(first(await nextCode(former)), (error) => is(error, wrongCode))
  await first(await nextCode(secret))
  assert.deepEqual(await stateOf(as), { isOn: true, recoveryCodesLeft: 10 })
  await assert.rejects(start(password), (error) => is(error, conflict))
})

test('it is switched off with password and code, never with one of them', async () => {
  const { email, id, as, secret } = await newcomer()
  const stop = (typed: string, code: string) =>
    world.call(identity.stopSecondFactor, { password: typed, code }, { as })
  const code = await nextCode(secret)
  await Promise.all([
    assert.rejects(stop('not my password', code), (error) => is(error, wrongPassword)),
    assert.rejects(stop(password, 'abcd-efgh'), (error) => is(error, wrongCode)),
  ])
  assert.deepEqual(await toldWays(world, id), ['added second-factor'])
  await stop(password, code)
  assert.deepEqual(await toldWays(world, id), ['added second-factor', 'removed second-factor'])
  assert.deepEqual(await stateOf(as), { isOn: false, recoveryCodesLeft: 0 })
  await world.call(identity.signIn, { email, password }, { as: anyone })
})

test('a colleague lets in who has lost the device, if they may do no less', async () => {
  const chief: Actor = { kind: 'staff', id: newId('staff'), permissions: ['*'] }
  const person = { email: freshEmail(), password, name: 'Grace', permissions: ['orders' as const] }
  const { id } = await world.call(identity.createStaff, person, { as: chief })
  const self: Actor = { kind: 'staff', id, permissions: ['orders', 'staff'] }
  await withApp(self)
  const remove = (as: Actor) => world.call(identity.removeStaffSecondFactor, { id }, { as })
  const manager: Actor = { kind: 'staff', id: newId('staff'), permissions: ['staff'] }
  await Promise.all([
    assert.rejects(remove(manager), (error) => is(error, forbidden)),
    assert.rejects(remove(self), (error) => is(error, conflict)),
    assert.rejects(remove(anyone), (error) => is(error, unauthenticated)),
  ])
  await challengeFor(person.email)
  await remove(chief)
  assert.deepEqual(await toldWays(world, id), ['added second-factor', 'removed second-factor'])
  await world.call(identity.signIn, { email: person.email, password }, { as: anyone })
})
