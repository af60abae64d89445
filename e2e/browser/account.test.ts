import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { identity } from '@rialto/identity/contract'
import { codeAt } from '../codes.ts'
import { linkIn, mailTo } from '../mails.ts'
import { openStaff, openVisitor } from '../visitor.ts'
import { sendForm } from './acts.ts'
import { openShopper } from './shopper.ts'
import { demoShop } from './stage.ts'

// What keeps an account safe, on pages where JavaScript is switched off.

const noScript = { javaScriptEnabled: false }

test('without JavaScript a forgotten password is replaced by the link of a mail', async (t) => {
  const { page, go, refused } = await openShopper(t, noScript)
  const { call } = openVisitor(await demoShop())
  const email = 'plain.forgetful@shop.example'
  await call(identity.register, { name: 'Plain Person', email, password: 'a-long-password' })
  await go('/account/sign-in')
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await sendForm(page, { 'E-mail': email }, 'Send the link')
  await page.getByText('a link is on its way').waitFor()
  const link = linkIn(await mailTo(call, email, 'password-reset'), '/account/new-password')
  await go(link)
  await sendForm(page, { 'New password': 'a-newer-password' }, 'Set the password')
  await page.getByText('Your new password is set.').waitFor()
  await sendForm(page, { 'E-mail': email, Password: 'a-newer-password' }, 'Sign in')
  await page.getByRole('heading', { name: 'Hello, Plain Person' }).waitFor()
  await go(link)
  const again = { 'New password': 'a-third-password' }
  await refused(410, () => sendForm(page, again, 'Set the password'))
  await page.getByRole('link', { name: 'Ask for a new link' }).waitFor()
})

test('without JavaScript a password is changed by whoever knows it', async (t) => {
  const { page, go, refused } = await openShopper(t, noScript)
  await go('/account/register')
  const account = { 'E-mail': 'plain.careful@shop.example', Password: 'a-long-password' }
  await sendForm(page, { Name: 'Plain Person', ...account }, 'Open the account')
  await page.getByRole('link', { name: 'Security' }).click()
  const change = { 'Present password': 'not-my-password', 'New password': 'a-newer-password' }
  await refused(403, () => sendForm(page, change, 'Change the password'))
  await page.getByText('The present password is wrong.').waitFor()
  await sendForm(page, { ...change, 'Present password': account.Password }, 'Change the password')
  await page.getByText('Your new password is set.').waitFor()
})

test('without JavaScript a customer confirms the e-mail by the link of a mail', async (t) => {
  const { page, go } = await openShopper(t, noScript)
  const { call } = openVisitor(await demoShop())
  const account = { 'E-mail': 'plain.owner@shop.example', Password: 'a-long-password' }
  await go('/account/register')
  await sendForm(page, { Name: 'Plain Person', ...account }, 'Open the account')
  await page.getByRole('link', { name: 'Security' }).click()
  await page.getByText('not confirmed yet').waitFor()
  await page.getByRole('button', { name: 'Send the link to confirm it' }).click()
  await page.getByText('The link is on its way to you.').waitFor()
  const mail = await mailTo(call, account['E-mail'], 'email-verification')
  await go(linkIn(mail, '/account/verify-email'))
  await page.getByRole('button', { name: 'Confirm it' }).click()
  await page.getByText('Your e-mail is confirmed.').waitFor()
  await page.getByRole('link', { name: 'To your account' }).click()
  await page.getByText(`${account['E-mail']}, confirmed`).waitFor()
})

test('without JavaScript one sees where one is signed in, and signs out everywhere else', async (t) => {
  const { page, go } = await openShopper(t, noScript)
  const { call } = openVisitor(await demoShop())
  const account = { email: 'plain.roaming@shop.example', password: 'a-long-password' }
  await call(identity.register, { ...account, name: 'Plain Person', device: 'the till' })
  await go('/account/sign-in?to=/account/security')
  await sendForm(page, { 'E-mail': account.email, Password: account.password }, 'Sign in')
  await page.getByText('Chrome on Linux').waitFor()
  await page.getByText('the till').waitFor()
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByText('Signed out there.').waitFor()
  assert.equal(await page.getByText('the till').count(), 0)
})

test('without JavaScript a second factor is set up, asked for, and switched off', async (t) => {
  const { page, go, refused } = await openShopper(t, noScript)
  const account = { 'E-mail': 'plain.guarded@shop.example', Password: 'a-long-password' }
  await go('/account/register')
  await sendForm(page, { Name: 'Plain Person', ...account }, 'Open the account')
  await go('/account/second-factor')
  await sendForm(page, { Password: account.Password }, 'Set it up')
  const secret = (await page.locator('code.secret').innerText()).replaceAll(' ', '')
  await refused(403, () => sendForm(page, { Code: 'abcd-efgh' }, 'Switch it on'))
  await sendForm(page, { Code: await codeAt(secret, new Date()) }, 'Switch it on')
  const [first = '', second = ''] = await page.locator('.codes code').allInnerTexts()
  await page.getByRole('link', { name: 'I have kept them' }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await go('/account/sign-in')
  await sendForm(page, account, 'Sign in')
  await refused(401, () => sendForm(page, { Code: '000 000' }, 'Sign in'))
  await sendForm(page, { Code: first }, 'Sign in')
  await page.getByRole('heading', { name: 'Hello, Plain Person' }).waitFor()
  await go('/account/second-factor')
  await page.getByText('You have 9 recovery codes left.').waitFor()
  await page.getByLabel('Password').fill(account.Password)
  await page.getByLabel('Code').last().fill(second)
  await page.getByRole('button', { name: 'Switch it off' }).click()
  await page.getByRole('button', { name: 'Set it up' }).waitFor()
})

test('without JavaScript an invited colleague chooses a password', async (t) => {
  const { page, go } = await openShopper(t, noScript)
  const staff = await openStaff(await demoShop())
  const email = 'plain.colleague@shop.example'
  await staff(identity.inviteStaff, { email, name: 'Plain Colleague', permissions: ['orders'] })
  await go(linkIn(await mailTo(staff, email, 'staff-invitation'), '/account/accept-invitation'))
  await sendForm(page, { 'New password': 'a-long-password' }, 'Accept the invitation')
  await sendForm(page, { 'E-mail': email, Password: 'a-long-password' }, 'Sign in')
  await page.getByText('This is a staff account.').waitFor()
})

test('without JavaScript a customer takes the own data along, and has the account erased', async (t) => {
  const { page, go, refused } = await openShopper(t, noScript)
  const account = { 'E-mail': 'plain.leaving@shop.example', Password: 'a-long-password' }
  await go('/account/register')
  await sendForm(page, { Name: 'Plain Person', ...account }, 'Open the account')
  await page.getByRole('link', { name: 'Security' }).click()
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download what we know of you' }).click()
  const file = await (await downloading).path()
  const { profile, orders } = JSON.parse(await readFile(file, 'utf8'))
  assert.deepEqual([profile.email, orders], [account['E-mail'], []])
  await page.getByRole('link', { name: 'Erase the account' }).click()
  await refused(403, () => sendForm(page, { Password: 'not-my-password' }, 'Erase it'))
  await sendForm(page, { Password: account.Password }, 'Erase it')
  await page.waitForURL(/\/$/)
  await go('/account/sign-in')
  await refused(401, () => sendForm(page, account, 'Sign in'))
})
