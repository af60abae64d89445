import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { is, tooManyRequests } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import { customerRegistered, emailTaken, guestIdentified, identity, wrongCredentials } from './contract.ts'
import { limits } from './sign-in.ts'
import { anyone, customer, freshEmail, openIdentity, password, registered } from './testing.ts'

let world: World
before(async () => {
  world = await openIdentity()
})
after(() => world.close())

const signIn = (email: string, typed = password, as = anyone) =>
  world.call(identity.signIn, { email, password: typed }, { as })
const profileOf = async (token: string) => (await world.call(identity.resolveSession, { token })).profile
const guest = () => ({ kind: 'guest' as const, id: newId('guest') })

test('who registers is a customer and signed in', async () => {
  const { token, profile, expiresAt } = await registered(world)
  assert.match(profile.id, /^cust_[0-7][0-9a-z]{25}$/)
  assert.deepEqual([profile.role, profile.permissions, profile.version], ['customer', [], 1])
  assert.deepEqual(await profileOf(token), profile)
  assert.ok(Date.parse(expiresAt) > Date.now() + 29 * 86_400_000)
  const told = await world.said(customerRegistered)
  assert.deepEqual(told.at(-1), { customerId: profile.id, email: profile.email, name: 'Ada' })
})

test('an e-mail is the same however it is typed', async () => {
  const email = freshEmail()
  const { profile } = await registered(world, { email: email.toUpperCase() })
  assert.equal(profile.email, email)
  assert.equal((await signIn(email)).profile.id, profile.id)
  await assert.rejects(registered(world, { email }), (error) => is(error, emailTaken))
})

test('of two registrations of one e-mail at once, one gets the account', async () => {
  const email = freshEmail()
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => registered(world, { email })))
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  assert.equal(refused.length, 2)
  for (const error of refused) assert.ok(is(error, emailTaken), String(error))
  const told = await world.said(customerRegistered)
  assert.equal(told.filter((data) => data.email === email).length, 1)
})

test('the guest who registers or signs in is told to be the customer', async () => {
  const [first, second] = [guest(), guest()]
  const { profile } = await registered(world, { as: first })
  await signIn(profile.email, password, second)
  await signIn(profile.email)
  const told = (await world.said(guestIdentified)).filter(({ customerId }) => customerId === profile.id)
  assert.deepEqual(
    told.map(({ guestId }) => guestId),
    [first.id, second.id],
  )
})

test('a registration that fails tells nothing and leaves no account', async () => {
  const email = freshEmail()
  await world.database.run`alter table sessions rename to sessions_away`
  await assert.rejects(registered(world, { email, as: guest() }), /sessions/)
  await world.database.run`alter table sessions_away rename to sessions`
  assert.equal((await registered(world, { email })).profile.email, email)
  assert.equal((await world.said(customerRegistered)).filter((data) => data.email === email).length, 1)
})

test('a wrong password and an unknown e-mail get the same answer', async () => {
  const { profile } = await registered(world)
  const problems = await Promise.all(
    [profile.email, freshEmail()].map((email) => signIn(email, 'wrong password').catch(String)),
  )
  assert.equal(problems[0], problems[1])
  await assert.rejects(signIn(profile.email, 'wrong'), (error) => is(error, wrongCredentials))
})

test('after ten wrong passwords even the right one has to wait', async () => {
  for (const email of [(await registered(world)).profile.email, freshEmail()]) {
    const tries = await Promise.allSettled(
      Array.from({ length: limits.perKey + 3 }, () => signIn(email, 'wrong password')),
    )
    const waits = tries.filter((t) => t.status === 'rejected' && is(t.reason, tooManyRequests))
    assert.equal(waits.length, 3)
    await assert.rejects(signIn(email), (error) => is(error, tooManyRequests))
  }
})

test('once the wait is over the right password opens the account, and old tries are forgotten', async () => {
  const { profile } = await registered(world)
  for (let n = 0; n < limits.perKey; n++) await signIn(profile.email, 'wrong password').catch(() => {})
  await assert.rejects(signIn(profile.email), (error) => is(error, tooManyRequests))
  world.advance(limits.windowMs + 1_000)
  assert.equal((await signIn(profile.email)).profile.id, profile.id)
  const left = await world.database.rows`select * from attempts where key = ${profile.email}`
  assert.deepEqual(left, [])
})

test('very many wrong passwords in the whole shop stop further tries', async () => {
  const { profile } = await registered(world)
  // Within the window also of the clock that an earlier test has moved.
  const at = new Date(Date.now() + 2 * limits.windowMs)
  await world.database.run`insert into attempts (kind, key, at, last_at)
    select 'sign-in', 'bot' || n, array[${at}::timestamptz], ${at} from generate_series(1, ${limits.inAll}::integer) n`
  await assert.rejects(signIn(profile.email), (error) => is(error, tooManyRequests))
  await world.database.run`delete from attempts`
  await signIn(profile.email)
})

test('signing out ends this session and no other', async () => {
  const { token, profile } = await registered(world)
  const other = await signIn(profile.email)
  await world.call(identity.signOut, { token }, { as: customer(other) })
  assert.equal(await profileOf(token), undefined)
  assert.equal((await profileOf(other.token))?.id, profile.id)
  await world.call(identity.signOut, { token })
  await world.call(identity.signOut, {})
})

test('a token that was made up, changed or copied from the table opens nothing', async () => {
  const { token, profile } = await registered(world)
  const row = await world.database.row<{
    token: string
  }>`select token from sessions where user_id = ${profile.id}`
  const changed = token.slice(0, 40) + (token[40] === 'x' ? 'y' : 'x') + token.slice(41)
  for (const wrong of [row?.token ?? '', changed, 'nonsense', 'ünïcode\nline', `${token}0`])
    assert.equal(await profileOf(wrong), undefined, wrong)
})

test('a session that was not used for 30 days is over, one that is used goes on', async () => {
  const { token, profile } = await registered(world)
  const left = (days: number) => world.database.run`
    update sessions set expires_at = now() + make_interval(days => ${days}::integer) where user_id = ${profile.id}`
  await left(3)
  assert.equal((await profileOf(token))?.id, profile.id)
  const renewed = await world.database.row<{
    expiresAt: string
  }>`select expires_at from sessions where user_id = ${profile.id}`
  assert.ok(Date.parse(renewed?.expiresAt ?? '') > Date.now() + 29 * 86_400_000)
  await left(-1)
  assert.equal(await profileOf(token), undefined)
})

test('a database that fails is not taken for a wrong password', async () => {
  const { token, profile } = await registered(world)
  await world.database.run`alter table sessions rename to sessions_away`
  await assert.rejects(signIn(profile.email), /sessions/)
  await assert.rejects(profileOf(token), /sessions/)
  await assert.rejects(world.call(identity.signOut, { token }), /sessions/)
  await world.database.run`alter table sessions_away rename to sessions`
  assert.equal((await profileOf(token))?.id, profile.id)
})

test('no password, and no hash of one, is told or answered', async () => {
  const session = await registered(world)
  const everything = JSON.stringify([session, await world.said(customerRegistered)])
  assert.doesNotMatch(everything, /argon2|password/)
})
