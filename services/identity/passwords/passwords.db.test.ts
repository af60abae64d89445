import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { forbidden, is, notFound, tooManyRequests, unauthenticated } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import {
  identity,
  linkExpired,
  passwordChanged,
  passwordResetRequested,
  type Session,
  wrongCredentials,
  wrongPassword,
} from '../contract.ts'
import { limits as signInLimits } from '../sign-in.ts'
import { anyone, customer, freshEmail, openIdentity, password, registered } from '../testing.ts'
import { limits, resetMinutes } from './request-password-reset.ts'

let world: World
before(async () => {
  world = await openIdentity()
})
after(() => world.close())

const next = 'another long enough password'
const signIn = (email: string, typed: string) =>
  world.call(identity.signIn, { email, password: typed }, { as: anyone })
const isSignedIn = async ({ token }: Session) =>
  (await world.call(identity.resolveSession, { token })).profile !== undefined
const reset = (token: string, typed = next) =>
  world.call(identity.resetPassword, { token, password: typed }, { as: anyone })

/** Asks for a link, and answers with what was told of it. */
async function ask(email: string) {
  await world.call(identity.requestPasswordReset, { email }, { as: anyone })
  await world.runJobs()
  return (await world.said(passwordResetRequested)).filter((data) => data.email === email)
}

/** The token as the mail has it. */
async function tokenFor(email: string): Promise<string> {
  const linkId = (await ask(email)).at(-1)?.linkId ?? ''
  return (await world.call(identity.issueLink, { id: linkId })).token
}

test('whoever forgot the password sets a new one by the link of a mail, and all sessions end', async () => {
  const first = await registered(world)
  const { email } = first.profile
  const second = await signIn(email, password)
  await reset(await tokenFor(email.toUpperCase().toLowerCase()))
  assert.deepEqual(await Promise.all([first, second].map(isSignedIn)), [false, false])
  await assert.rejects(signIn(email, password), (error) => is(error, wrongCredentials))
  const { profile } = await signIn(email, next)
  assert.equal(profile.id, first.profile.id)
  const told = (await world.said(passwordChanged)).filter(({ accountId }) => accountId === profile.id)
  assert.deepEqual(told, [{ accountId: profile.id, email, name: 'Ada' }])
})

test('who has set a password by mail owns the address', async () => {
  const { profile } = await registered(world)
  assert.equal(profile.emailVerified, false)
  await reset(await tokenFor(profile.email))
  assert.equal((await signIn(profile.email, next)).profile.emailVerified, true)
})

test('a link works once, and uses up all that were sent with it', async () => {
  const { profile } = await registered(world)
  const older = await tokenFor(profile.email)
  const token = await tokenFor(profile.email)
  const outcomes = await Promise.allSettled([reset(token), reset(token), reset(older)])
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') assert.ok(is(outcome.reason, linkExpired), String(outcome.reason))
  await Promise.all(
    [token, older].map((used) => assert.rejects(reset(used), (error) => is(error, linkExpired))),
  )
})

test('a link that is too old, was made up, or is of another address sets nothing', async () => {
  const { profile } = await registered(world)
  const token = await tokenFor(profile.email)
  const forged = token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  await assert.rejects(reset(forged), (error) => is(error, linkExpired))
  const moved = freshEmail()
  await world.database.run`update users set email = ${moved} where id = ${profile.id}`
  await assert.rejects(reset(token), (error) => is(error, linkExpired))
  await world.database.run`update users set email = ${profile.email} where id = ${profile.id}`
  world.advance(resetMinutes * 60_000)
  await assert.rejects(reset(token), (error) => is(error, linkExpired))
  await signIn(profile.email, password)
})

test('an unknown e-mail gets the same answer, and nobody a mail', async () => {
  const email = freshEmail()
  assert.deepEqual(await ask(email), [])
})

test('no event, and no row of a link, has the token in it', async () => {
  const { profile } = await registered(world)
  const token = await tokenFor(profile.email)
  const [, signature = ''] = token.split('.')
  const rows = await world.database.rows`select * from links`
  const kept = JSON.stringify([rows, await world.said(passwordResetRequested)])
  assert.ok(signature.length > 40 && kept.includes(token.split('.')[0] ?? '') && !kept.includes(signature))
})

test('the token of a link is made for services only', async () => {
  const { profile, ...session } = await registered(world)
  const linkId = (await ask(profile.email))[0]?.linkId ?? ''
  const as = customer({ profile, ...session })
  await Promise.all([
    assert.rejects(world.call(identity.issueLink, { id: linkId }, { as }), (error) => is(error, forbidden)),
    assert.rejects(world.call(identity.issueLink, { id: linkId }, { as: anyone }), (error) =>
      is(error, unauthenticated),
    ),
  ])
})

test('a job that is done twice makes one link', async () => {
  const { profile } = await registered(world)
  await world.call(identity.requestPasswordReset, { email: profile.email }, { as: anyone })
  await world.runJobs()
  await world.database.run`update rialto.inbox set state = 'waiting' where name = 'prepare-reset'`
  await world.runJobs()
  const told = (await world.said(passwordResetRequested)).filter(({ email }) => email === profile.email)
  assert.equal(told.length, 1)
})

test('whoever asks too often has to wait, known or not', async () => {
  for (const email of [(await registered(world)).profile.email, freshEmail()]) {
    const asks = await Promise.allSettled(
      Array.from({ length: limits.perKey + 2 }, () =>
        world.call(identity.requestPasswordReset, { email }, { as: anyone }),
      ),
    )
    const refused = asks.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    assert.equal(refused.length, 2)
    for (const error of refused) assert.ok(is(error, tooManyRequests), String(error))
  }
})

test('a new password lets in whoever was kept waiting for too many wrong ones', async () => {
  const { profile } = await registered(world)
  const token = await tokenFor(profile.email)
  for (let n = 0; n < signInLimits.perKey; n++) await signIn(profile.email, 'wrong password').catch(() => {})
  await assert.rejects(signIn(profile.email, password), (error) => is(error, tooManyRequests))
  await reset(token)
  await signIn(profile.email, next)
})

test('whoever knows the present password changes it, and stays signed in alone', async () => {
  const here = await registered(world)
  const elsewhere = await signIn(here.profile.email, password)
  const { sessionId } = await world.call(identity.resolveSession, { token: here.token })
  const change = { currentPassword: password, password: next }
  await world.call(identity.changePassword, change, { as: customer(here), sessionId })
  assert.deepEqual(await Promise.all([here, elsewhere].map(isSignedIn)), [true, false])
  await signIn(here.profile.email, next)
})

test('a wrong present password changes nothing, and counts as a try to sign in', async () => {
  const session = await registered(world)
  const as = customer(session)
  const wrong = { currentPassword: 'not my password', password: next }
  for (let n = 0; n < signInLimits.perKey; n++)
    await assert.rejects(world.call(identity.changePassword, wrong, { as }), (error) =>
      is(error, wrongPassword),
    )
  await Promise.all([
    assert.rejects(world.call(identity.changePassword, wrong, { as }), (error) => is(error, tooManyRequests)),
    assert.rejects(signIn(session.profile.email, password), (error) => is(error, tooManyRequests)),
  ])
})

test('of two who change a password at once, one succeeds', async () => {
  const session = await registered(world)
  const outcomes = await Promise.allSettled(
    ['first', 'second'].map((name) =>
      world.call(
        identity.changePassword,
        { currentPassword: password, password: `${name} ${next}` },
        { as: customer(session) },
      ),
    ),
  )
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('who signs in with the old password while it is replaced, is signed in no longer', async () => {
  const here = await registered(world)
  const { email } = here.profile
  const changing = world.call(
    identity.changePassword,
    { currentPassword: password, password: next },
    { as: customer(here) },
  )
  const outcomes = await Promise.allSettled([changing, ...[1, 2, 3].map(() => signIn(email, password))])
  assert.equal(outcomes[0]?.status, 'fulfilled')
  for (const outcome of outcomes.slice(1)) {
    if (outcome.status === 'rejected') assert.ok(is(outcome.reason, wrongCredentials), String(outcome.reason))
    else assert.equal(await isSignedIn(outcome.value as Session), false)
  }
})

test('a session that has begun before its password was replaced does not start', async () => {
  const { profile } = await registered(world)
  // Between the look at the password and the start of the session: the trigger stands for somebody who was faster.
  await world.database.run`create function replace_password() returns trigger language plpgsql as $$
    begin update accounts set password = 'replaced' where user_id = new.user_id; return new; end $$`
  await world.database.run`create trigger replace_password after insert on sessions
    for each row execute function replace_password()`
  await assert.rejects(signIn(profile.email, password), (error) => is(error, wrongCredentials))
  await world.database.run`drop trigger replace_password on sessions`
  const left = await world.database.rows`select 1 from sessions where user_id = ${profile.id}`
  assert.equal(left.length, 1)
})

test('nobody else changes a password: no stranger, and no account that is gone', async () => {
  const change = { currentPassword: password, password: next }
  const gone = { kind: 'customer', id: 'cust_01h455vb4pex5vsknk084sn02q' } as const
  await Promise.all([
    assert.rejects(world.call(identity.changePassword, change, { as: anyone }), (error) =>
      is(error, unauthenticated),
    ),
    assert.rejects(world.call(identity.changePassword, change, { as: gone }), (error) => is(error, notFound)),
  ])
})
