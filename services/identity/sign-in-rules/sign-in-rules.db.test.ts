import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { conflict, is, type ProblemInfo, secondFactorMissing, versionConflict } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import { identity, secondFactorRequired, signInAgain } from '../contract.ts'
import { openDevice } from '../passkeys/testing.ts'
import { codeAt } from '../second-factor/testing.ts'
import { anyone, freshEmail, openIdentity, password } from '../testing.ts'

const origin = 'https://shop.example'
let world: World
before(async () => {
  world = await openIdentity({ PUBLIC_URL: origin })
})
after(() => world.close())
beforeEach(() => world.database.run`update sign_in_rules set staff_need_second_factor = false`)

const system: Actor = { kind: 'staff', id: 'staff_01h455vb4pex5vsknk084sn02q', permissions: ['*'] }
const refused = (type: ProblemInfo) => (error: unknown) => {
  assert.ok(is(error, type), String((error as Error).stack))
  return true
}
type Who = { as: Actor; sessionId?: string }

/** Who comes with this token, as the gateway makes them of what it is told. */
async function comes(token: string): Promise<Who & { as: Actor & { kind: 'staff' } }> {
  const { profile, sessionId } = await world.call(identity.resolveSession, { token })
  const { id = '', permissions = [], factorStep } = profile ?? {}
  return { as: { kind: 'staff', id, permissions, ...(factorStep && { factorStep }) }, sessionId }
}
async function hire() {
  const person = { email: freshEmail(), password, name: 'Grace', permissions: ['*' as const] }
  await world.call(identity.createStaff, person, { as: system })
  const signIn = async () => {
    const { token } = await world.call(identity.signIn, { email: person.email, password }, { as: anyone })
    return token
  }
  return { email: person.email, signIn }
}
/** Gives them an app that makes codes, and answers with a recovery code. */
async function addApp(who: Who): Promise<string> {
  const { secret } = await world.call(identity.startSecondFactor, { password }, who)
  const code = await codeAt(secret, new Date())
  const { recoveryCodes } = await world.call(identity.confirmSecondFactor, { code }, who)
  return recoveryCodes[0] ?? ''
}
async function addPasskey(who: Who) {
  const device = openDevice({ origin })
  const { ticket, options } = await world.call(identity.startPasskey, { password }, who)
  const made = device.create(options as { challenge: string })
  const { id } = await world.call(identity.addPasskey, { ticket, ...made }, who)
  const signIn = async () => {
    const begun = await world.call(identity.startPasskeySignIn, {}, { as: anyone })
    const answer = device.get(begun.options as { challenge: string })
    return world.call(identity.signInWithPasskey, { ticket: begun.ticket, ...answer }, { as: anyone })
  }
  return { id, signIn }
}
const demand = (who: Who, staffNeedSecondFactor = true) =>
  world.call(identity.setSignInRules, { staffNeedSecondFactor }, who)

/** Somebody with an app for codes, who demands a factor of all. */
async function demandedByOwner() {
  const owner = await hire()
  const token = await owner.signIn()
  const recoveryCode = await addApp(await comes(token))
  await demand(await comes(token))
  return { recoveryCode, who: () => comes(token) }
}

test('whoever has no second factor cannot demand one of the others, and no key can', async () => {
  const { signIn } = await hire()
  const [who, weak] = [await comes(await signIn()), await comes(await signIn())]
  await assert.rejects(demand(who), refused(conflict))
  const { secret } = await world.call(identity.createApiKey, { name: 'ERP', permissions: ['*'] }, who)
  await addApp(who)
  await assert.rejects(demand(await comes(secret)), refused(conflict))
  await assert.rejects(demand(weak), refused(signInAgain))
  await demand(who)
  const rules = await world.call(identity.getSignInRules, {}, who)
  assert.equal(rules.staffNeedSecondFactor, true)
  await assert.rejects(demand(await comes(secret), false), refused(conflict))
})

test('who lacks a factor may set one up, read the own account and leave, and nothing else', async () => {
  const newcomer = await hire()
  const token = await newcomer.signIn()
  await demandedByOwner()
  const who = await comes(token)
  assert.deepEqual([who.as.permissions, who.as.factorStep], [[], 'set-up'])
  const profile = await world.call(identity.getProfile, {}, who)
  assert.deepEqual([profile.factorStep, profile.permissions], ['set-up', ['*']])
  for (const attempt of [
    world.call(identity.listStaff, {}, who),
    world.call(identity.listApiKeys, {}, who),
    world.call(identity.setSignInRules, { staffNeedSecondFactor: false }, who),
    world.call(identity.changePassword, { currentPassword: password, password: `${password}!` }, who),
  ])
    await assert.rejects(attempt, (error) => {
      refused(secondFactorMissing)(error)
      assert.match((error as Error).message, /\/account\/second-factor/)
      return true
    })
  await world.call(identity.listSessions, {}, who)
  await addApp(who)
  const now = await comes(token)
  assert.equal(now.as.factorStep, undefined)
  await world.call(identity.listStaff, {}, now)
  await world.call(identity.signOut, { token }, { as: now.as })
})

test('who has a passkey but came by the password alone signs in again with it', async () => {
  const { signIn } = await hire()
  const passkey = await addPasskey(await comes(await signIn()))
  await demandedByOwner()
  const weak = await comes(await signIn())
  assert.equal(weak.as.factorStep, 'sign-in-again')
  await assert.rejects(world.call(identity.listStaff, {}, weak), (error) => {
    refused(secondFactorMissing)(error)
    assert.deepEqual((error as { details?: unknown }).details, { step: 'sign-in-again' })
    return true
  })
  await assert.rejects(world.call(identity.startSecondFactor, { password }, weak), refused(signInAgain))
  const strong = await comes((await passkey.signIn()).token)
  await world.call(identity.listStaff, {}, strong)
})

test('the last factor stays while it is demanded, and goes once it is not', async () => {
  const { who, recoveryCode: code } = await demandedByOwner()
  const owner = await who()
  const passkey = await addPasskey(owner)
  await world.call(identity.removePasskey, { id: passkey.id }, owner)
  const last = await addPasskey(owner)
  // A recovery code and a passkey, both given up at once: one of them stays.
  const outcomes = await Promise.allSettled([
    world.call(identity.stopSecondFactor, { password, code }, owner),
    world.call(identity.removePasskey, { id: last.id }, owner),
  ])
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const outcome of outcomes) if (outcome.status === 'rejected') refused(conflict)(outcome.reason)
  assert.equal((await who()).as.factorStep, undefined)
})

test('a key does nothing while its owner has no factor', async () => {
  const { signIn, email } = await hire()
  const token = await signIn()
  const before = await comes(token)
  const { secret } = await world.call(identity.createApiKey, { name: 'ERP', permissions: ['staff'] }, before)
  await demandedByOwner()
  const barred = await comes(secret)
  await assert.rejects(world.call(identity.listStaff, {}, barred), refused(secondFactorMissing))
  await addApp(await comes(token))
  await world.call(identity.listStaff, {}, await comes(secret))
  const withoutCode = world.call(identity.signIn, { email, password }, { as: anyone })
  await assert.rejects(withoutCode, refused(secondFactorRequired))
})

test('the log tells who demanded it and who left it free, and a lost race is noticed', async () => {
  const { who } = await demandedByOwner()
  const owner = await who()
  const { version } = await world.call(identity.getSignInRules, {}, owner)
  assert.equal((await demand(owner)).version, version)
  await assert.rejects(
    world.call(
      identity.setSignInRules,
      { staffNeedSecondFactor: false },
      { ...owner, expectedVersion: version - 1 },
    ),
    refused(versionConflict),
  )
  await demand(owner, false)
  const { items } = await world.call(identity.listAudit, { subjectId: 'shop' }, owner)
  const theirs = items.filter((entry) => 'id' in owner.as && entry.actorId === owner.as.id)
  assert.deepEqual(
    theirs.map(({ action }) => action),
    ['sign-in-rules.second-factor-left-free', 'sign-in-rules.second-factor-demanded'],
  )
})

test('whoever manages staff sees who has a factor', async () => {
  const [newcomer, { who }] = [await hire(), await demandedByOwner()]
  const owner = await who()
  const { items } = await world.call(identity.listStaff, { limit: 100 }, owner)
  const has = new Map(items.map(({ email, id, hasSecondFactor }) => [email, [id, hasSecondFactor]]))
  assert.deepEqual(has.get(newcomer.email)?.[1], false)
  assert.ok([...has.values()].some(([id, has]) => 'id' in owner.as && id === owner.as.id && has === true))
})
