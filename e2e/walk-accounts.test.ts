import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { identity } from '@rialto/identity/contract'
import { until } from '@rialto/kit/until'
import { notifications } from '@rialto/notifications/contract'
import { orders } from '@rialto/orders/contract'
import { codeAt } from './codes.ts'
import { mailTo, tokenIn } from './mails.ts'
import { openShop, type Shop } from './shop.ts'
import { openStaff, openVisitor, refusal } from './visitor.ts'

// What people do with their accounts, through the door and by the mails they get.

let shop: Shop
before(async () => {
  shop = await openShop()
})
after(() => shop?.close())

const password = 'a long enough password'

async function newcomer(name: string) {
  const visitor = openVisitor(shop)
  const email = `${name}@shop.example`
  await visitor.call(identity.register, { email, password, name })
  return { ...visitor, email }
}

test('a forgotten password is replaced by the link of a mail, and who was signed in is not any more', async () => {
  const { call, email } = await newcomer('forgetful')
  const stranger = openVisitor(shop).call
  await stranger(identity.requestPasswordReset, { email })
  const token = tokenIn(await mailTo(stranger, email, 'password-reset'), '/account/new-password')
  const next = 'another long enough password'
  await stranger(identity.resetPassword, { token, password: next })
  assert.equal((await refusal(stranger(identity.resetPassword, { token, password: next }))).status, 410)
  await until('the session has ended', async () => {
    const outcome = await call(identity.getProfile, {}).catch((error) => error.status)
    return outcome === 401
  })
  assert.equal((await refusal(stranger(identity.signIn, { email, password }))).status, 401)
  await call(identity.signIn, { email, password: next })
  await mailTo(call, email, 'password-changed')
})

test('who changes the password stays signed in here and nowhere else', async () => {
  const here = await newcomer('careful')
  const elsewhere = openVisitor(shop).call
  await elsewhere(identity.signIn, { email: here.email, password })
  await here.call(identity.changePassword, { currentPassword: password, password: 'a changed password' })
  await until('the other session has ended', async () => {
    const outcome = await elsewhere(identity.getProfile, {}).catch((error) => error.status)
    return outcome === 401
  })
  assert.equal((await here.call(identity.getProfile, {})).email, here.email)
})

test('a new customer confirms the e-mail, and may shop before', async () => {
  const { call, email } = await newcomer('verified')
  assert.equal((await call(identity.getProfile, {})).emailVerified, false)
  const token = tokenIn(await mailTo(call, email, 'email-verification'), '/account/verify-email')
  await openVisitor(shop).call(identity.verifyEmail, { token })
  assert.equal((await call(identity.getProfile, {})).emailVerified, true)
})

test('people see on what they are signed in, and sign out there', async () => {
  const here = await newcomer('roaming')
  const elsewhere = openVisitor(shop).call
  await elsewhere(identity.signIn, { email: here.email, password, device: 'the till' })
  const { items } = await here.call(identity.listSessions, {})
  const current = items.find(({ isCurrent }) => isCurrent)
  const other = items.find(({ device }) => device === 'the till')
  assert.ok(items.length === 2 && current && other && !other.isCurrent)
  await here.call(identity.endSession, { id: other.id })
  await until('the other session has ended', async () => {
    const outcome = await elsewhere(identity.getProfile, {}).catch((error) => error.status)
    return outcome === 401
  })
  assert.equal((await here.call(identity.getProfile, {})).email, here.email)
})

test('a machine acts by a key, within its permissions, until it is taken away', async () => {
  const staff = await openStaff(shop)
  const { id, secret } = await staff(identity.createApiKey, { name: 'ERP', permissions: ['orders'] })
  const ask = async (path: string) => {
    const reply = await fetch(`${shop.url}/api${path}`, { headers: { authorization: `Bearer ${secret}` } })
    await reply.arrayBuffer()
    return reply.status
  }
  assert.deepEqual(await Promise.all([ask('/orders'), ask('/customers'), ask('/staff')]), [200, 403, 403])
  await staff(identity.revokeApiKey, { id })
  await until('the key opens nothing any more', async () => (await ask('/orders')) === 401)
})

test('a second factor is asked for by the shop, and completes signing in', async () => {
  const { call, email } = await newcomer('guarded')
  const { secret } = await call(identity.startSecondFactor, { password })
  const code = await codeAt(secret, new Date())
  const { recoveryCodes } = await call(identity.confirmSecondFactor, { code })
  const elsewhere = openVisitor(shop)
  const asked = await refusal(elsewhere.call(identity.signIn, { email, password }))
  assert.deepEqual(
    [asked.status, asked.code, elsewhere.cookies.has('rialto_session')],
    [401, 'second-factor-required', false],
  )
  const challenge = String(asked.details.challenge)
  await elsewhere.call(identity.confirmSignIn, { challenge, code: recoveryCodes[0] ?? '' })
  assert.equal((await elsewhere.call(identity.getProfile, {})).email, email)
})

test('a colleague is invited by mail, and the log tells by whom', async () => {
  const staff = await openStaff(shop)
  const email = 'invited@shop.example'
  const { id } = await staff(identity.inviteStaff, { email, name: 'Grace', permissions: ['orders'] })
  const { call } = openVisitor(shop)
  const token = tokenIn(await mailTo(call, email, 'staff-invitation'), '/account/accept-invitation')
  await call(identity.acceptInvitation, { token, password })
  await call(identity.signIn, { email, password })
  await call(orders.listOrders, {})
  const [entry] = (await staff(identity.listAudit, { subjectId: id })).items
  const me = await staff(identity.getProfile, {})
  assert.deepEqual([entry?.action, entry?.actorId], ['staff.invited', me.id])
})

test('who is erased is gone, and the mails to them as well', async () => {
  const { call, email } = await newcomer('leaving')
  await mailTo(call, email, 'welcome')
  await call(identity.eraseAccount, { password })
  const stranger = openVisitor(shop).call
  assert.equal((await refusal(stranger(identity.signIn, { email, password }))).status, 401)
  await until('the mails are gone', async () => {
    const { items } = await stranger(notifications.listInbox, { to: email })
    return items.length === 0
  })
})
