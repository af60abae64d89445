import { type TestContext, test } from 'node:test'
import { identity } from '@rialto/identity/contract'
import type { ApiCall } from '@rialto/sdk'
import { openDevice } from '../../services/identity/passkeys/testing.ts'
import { codeAt } from '../codes.ts'
import { openStaff, openVisitor } from '../visitor.ts'
import { sendForm } from './acts.ts'
import { lookAt } from './look.ts'
import { narrow, openShopper } from './shopper.ts'
import { demoShop } from './stage.ts'

// A shop that asks its staff for a second factor, as they meet it at the console and in their account.

const password = 'a-long-password'

async function hire(name: string, permissions: ('operations' | '*')[]) {
  const email = `${name.toLowerCase()}.factor@shop.example`
  const staff = await openStaff(await demoShop())
  await staff(identity.createStaff, { name: `${name} Factor`, email, password, permissions })
  return email
}

async function addApp(call: ApiCall): Promise<string> {
  const { secret } = await call(identity.startSecondFactor, { password })
  await call(identity.confirmSecondFactor, { code: await codeAt(secret, new Date()) })
  return secret
}

async function addPasskey(call: ApiCall, origin: string): Promise<void> {
  const { ticket, options } = await call(identity.startPasskey, { password })
  const made = openDevice({ origin }).create(options as { challenge: string })
  await call(identity.addPasskey, { ticket, ...made })
}

/** Demands it as an owner who has one, until the test ends. */
async function demandFactors(t: TestContext, name: string): Promise<void> {
  const { call: owner } = openVisitor(await demoShop())
  await owner(identity.signIn, { email: await hire(name, ['*']), password })
  await addApp(owner)
  await owner(identity.setSignInRules, { staffNeedSecondFactor: true })
  t.after(() => owner(identity.setSignInRules, { staffNeedSecondFactor: false }))
}

test('whoever operates the shop without a second factor is told to set one up, and then comes in', async (t) => {
  const email = await hire('Nina', ['operations'])
  await demandFactors(t, 'Olga')
  const { page, go, refused } = await openShopper(t, { width: narrow })
  await refused(401, () => go('/console'))
  await sendForm(page, { 'E-mail': email, Password: password }, 'Sign in')
  await page.getByRole('heading', { name: 'Set up a second factor first' }).waitFor()
  await lookAt(page, 'console-second-factor')
  await go('/account')
  await page.getByText('This shop asks its staff for a second factor').waitFor()
  await lookAt(page, 'account-second-factor')
  await go('/console')
  await page.getByRole('link', { name: 'Codes of an app on your phone' }).click()
  await sendForm(page, { Password: password }, 'Set it up')
  const secret = (await page.locator('code.secret').innerText()).replaceAll(' ', '')
  await sendForm(page, { Code: await codeAt(secret, new Date()) }, 'Switch it on')
  await page.getByText('The second factor is on.').waitFor()
  await go('/console')
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
})

test('whoever has a passkey but came by the password alone is told to sign in by it', async (t) => {
  const email = await hire('Pia', ['operations'])
  const shop = await demoShop()
  const { call } = openVisitor(shop)
  await call(identity.signIn, { email, password })
  await addPasskey(call, shop.url)
  await demandFactors(t, 'Oda')
  const { page, go, refused } = await openShopper(t)
  await refused(401, () => go('/console'))
  await sendForm(page, { 'E-mail': email, Password: password }, 'Sign in')
  await page.getByRole('heading', { name: 'Sign in with your second factor' }).waitFor()
  await lookAt(page, 'console-sign-in-again')
  await page.getByRole('button', { name: 'Sign in again' }).click()
  await page.waitForURL(/\/account\/sign-in\?to=\/console$/)
})
