import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identity } from '@rialto/identity/contract'
import { linkIn, mailTo } from '../mails.ts'
import { openVisitor } from '../visitor.ts'
import { sendForm } from './acts.ts'
import { openShopper } from './shopper.ts'
import { demoShop } from './stage.ts'

// Passkeys on the real pages, with a device that Chromium plays.

const account = { 'E-mail': 'pat.passkey@shop.example', Password: 'a-long-password' }

test('a passkey is made in the account, signs in, and is removed', async (t) => {
  const { page, go, refused } = await openShopper(t)
  const { call } = openVisitor(await demoShop())
  const device = await page.context().newCDPSession(page)
  await device.send('WebAuthn.enable')
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await call(identity.register, { name: 'Pat Passkey', email: account['E-mail'], password: account.Password })
  const mail = await mailTo(call, account['E-mail'], 'email-verification')
  await go(linkIn(mail, '/account/verify-email'))
  await page.getByRole('button', { name: 'Confirm it' }).click()
  await page.getByText('Your e-mail is confirmed.').waitFor()
  await go('/account/sign-in?to=/account/passkeys')
  await sendForm(page, account, 'Sign in')
  await page.getByLabel('Name', { exact: true }).fill('My phone')
  await refused(403, () => sendForm(page, { Password: 'not-my-password' }, 'Make a passkey'))
  await page.getByText('The present password is wrong.').waitFor()
  await sendForm(page, { Password: account.Password }, 'Make a passkey')
  await page.getByText('Your passkey is made').waitFor()
  const own = await page.request.get(new URL('/account/data.json', page.url()).href)
  assert.equal((await own.json()).passkeys[0].name, 'My phone')

  await go('/account')
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await go('/account/sign-in?to=/account/passkeys')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.waitForURL(/\/account\/passkeys$/)
  await page.getByLabel('Name of the passkey').fill('Old phone')
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByText('It has its new name.').waitFor()
  await page.getByRole('button', { name: 'Remove Old phone' }).click()
  await page.getByText('It is removed').waitFor()

  await go('/account')
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await go('/account/sign-in')
  await refused(403, () => page.getByRole('button', { name: 'Sign in with a passkey' }).click())
  await page.getByText('This passkey is not known here').waitFor()
})

test('a browser without passkeys is told so, and signs in as before', async (t) => {
  const { page, go } = await openShopper(t)
  await page.addInitScript('delete window.PublicKeyCredential')
  await go('/account/register')
  const person = { Name: 'Pat Plain', 'E-mail': 'pat.plain@shop.example', Password: 'a-long-password' }
  await sendForm(page, person, 'Open the account')
  await go('/account/passkeys')
  await page.getByText('cannot make passkeys').waitFor()
  await page.getByRole('button', { name: 'Make a passkey' }).waitFor({ state: 'hidden' })
})
