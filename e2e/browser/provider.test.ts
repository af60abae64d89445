import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identity } from '@rialto/identity/contract'
import { linkIn, mailTo } from '../mails.ts'
import { openVisitor } from '../visitor.ts'
import { addToCart, sendForm } from './acts.ts'
import { openShopper } from './shopper.ts'
import { demoProvider, demoShop } from './stage.ts'

// Signing in elsewhere, at a real provider, on pages where JavaScript is switched off.

const noScript = { javaScriptEnabled: false }

test('without JavaScript a guest signs in with a provider, and the cart comes along', async (t) => {
  const shopper = await openShopper(t, noScript)
  const { page, go, refused } = shopper
  const provider = await demoProvider()
  provider.seat({
    sub: 'grace',
    email: 'grace@elsewhere.example',
    email_verified: true,
    name: 'Grace Hopper',
  })
  await addToCart(shopper, 'windfall-apple-box')
  await go('/account/sign-in?to=/cart')
  await page.getByRole('link', { name: 'Sign in with Elsewhere' }).click()
  await page.waitForURL(/\/cart$/)
  await page.getByRole('heading', { name: 'Windfall Apple Box' }).waitFor()
  await page.getByRole('link', { name: 'Cart, 1 item', exact: true }).waitFor()
  await go('/account')
  await page.getByRole('heading', { name: 'Hello, Grace Hopper' }).waitFor()
  await page.getByRole('link', { name: 'Security' }).click()
  await page.getByText('grace@elsewhere.example, confirmed').waitFor()
  await refused(409, () => page.getByRole('button', { name: 'Remove Elsewhere' }).click())
  await page.getByText('This is your only way to sign in.').waitFor()
})

test('without JavaScript a provider is linked with the password, used, and removed', async (t) => {
  const { page, go, refused } = await openShopper(t, noScript)
  const { call } = openVisitor(await demoShop())
  const provider = await demoProvider()
  const account = { 'E-mail': 'plain.linker@shop.example', Password: 'a-long-password' }
  await call(identity.register, {
    name: 'Plain Person',
    email: account['E-mail'],
    password: account.Password,
  })
  const mail = await mailTo(call, account['E-mail'], 'email-verification')
  await go(linkIn(mail, '/account/verify-email'))
  await page.getByRole('button', { name: 'Confirm it' }).click()
  await go('/account/sign-in?to=/account/security')
  await sendForm(page, account, 'Sign in')
  provider.seat({ sub: 'plain', email: 'somebody@elsewhere.example', email_verified: true })
  await page.getByRole('link', { name: 'Link Elsewhere' }).click()
  await refused(403, () => sendForm(page, { Password: 'not-my-password' }, 'Go to Elsewhere'))
  await sendForm(page, { Password: account.Password }, 'Go to Elsewhere')
  await page.getByText('It is linked').waitFor()
  const own = await page.request.get(new URL('/account/data.json', page.url()).href)
  assert.equal((await own.json()).providers[0].name, 'Elsewhere')
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await go('/account/register')
  await page.getByRole('link', { name: 'Sign in with Elsewhere' }).click()
  await page.getByRole('heading', { name: 'Hello, Plain Person' }).waitFor()
  await go('/account/security')
  await page.getByRole('button', { name: 'Remove Elsewhere' }).click()
  await page.getByText('It is removed').waitFor()
})

test('whoever says no at the provider, or finds it broken, is told so and is where they were', async (t) => {
  const { page, go, refused } = await openShopper(t, noScript)
  const provider = await demoProvider()
  provider.seat(undefined)
  await go('/account/sign-in')
  await refused(403, () => page.getByRole('link', { name: 'Sign in with Elsewhere' }).click())
  await page.getByText('Nobody was signed in at Elsewhere.').waitFor()
  await refused(410, () => go('/account/provider/elsewhere?code=made-up&state=guessed'))
  await page.getByText('It took too long').waitFor()
  await page.getByRole('link', { name: 'Back to signing in' }).click()
  assert.match(page.url(), /\/account\/sign-in$/)
})
