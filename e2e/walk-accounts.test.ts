import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { identity } from '@rialto/identity/contract'
import { until } from '@rialto/kit/until'
import { mailTo, tokenIn } from './mails.ts'
import { openShop, type Shop } from './shop.ts'
import { openVisitor, refusal } from './visitor.ts'

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
