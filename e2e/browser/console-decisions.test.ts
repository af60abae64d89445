import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { identity } from '@rialto/identity/contract'
import { json, openDatabase } from '@rialto/kit/database'
import { newId } from '@rialto/kit/id'
import { orders } from '@rialto/orders/contract'
import { databaseUrls } from '../checker.ts'
import { codeAt } from '../codes.ts'
import { mailTo } from '../mails.ts'
import { cards, openStaff, openVisitor } from '../visitor.ts'
import { sendForm } from './acts.ts'
import { lookAt } from './look.ts'
import { openConsole, purchase, title } from './operator.ts'
import { openShopper } from './shopper.ts'
import { demoShop } from './stage.ts'

// What only a person can decide, decided at the console.

const password = 'a-long-password'

test('a dead letter is read, replayed, and has its effect', async (t) => {
  const { page, go } = await openConsole(t)
  const shop = await demoShop()
  const mail = openDatabase({ url: databaseUrls(shop.dataDir).notifications ?? '' })
  t.after(() => mail.close())
  const data = { customerId: newId('cust'), email: `${newId('cust')}@shop.example`, name: 'Late' }
  await mail.run`insert into rialto.inbox
    (id, kind, name, version, aggregate_id, aggregate_version, source, data, at, state, due_at, attempts, last_error)
    values (${newId('msg')}, 'event', 'customer.registered', 1, ${data.customerId}, 1, 'identity', ${json(data)}, now(),
      'dead', now(), 12, 'Error: the mail server was away')`
  await go('/console/messages')
  await page.getByRole('link', { name: 'customer.registered in notifications' }).click()
  await page.getByText('the mail server was away').waitFor()
  await page.getByRole('button', { name: 'Let notifications try again' }).click()
  await title(page, 'Messages')
  await page.getByText('None. What fails for good waits here for a person.').waitFor()
  await mailTo(openVisitor(shop).call, data.email, 'welcome')
})

/** The gateway takes what is asked and does not tell what came of it: its late card is late by a day. */
async function keepSilent(t: TestContext): Promise<void> {
  const { dataDir } = await demoShop()
  const books = openDatabase({ url: databaseUrls(dataDir).payments ?? '' })
  await books.run`create function keep_silent() returns trigger language plpgsql as
    $$ begin new.held_from := new.held_from + interval '1 day'; return new; end $$`
  await books.run`create trigger silent before insert on sandbox_holds
    for each row when (new.outcome = 'late') execute function keep_silent()`
  t.after(async () => {
    await books.run`drop function keep_silent() cascade`
    await books.close()
  })
}

test('a person tells what became of the money, and the order is there', async (t) => {
  await keepSilent(t)
  const { id } = await purchase(cards.late)
  const { page, go } = await openConsole(t)
  await go('/console/sagas?kind=checkout')
  await page.getByRole('link', { name: `checkout ${id.slice(-6)}` }).click()
  await page.getByText('The payment gateway does not tell').waitFor()
  await lookAt(page, 'console-saga-waiting')
  await page.getByRole('button', { name: 'Tell the outcome …' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Note').fill('transaction 4711')
  await lookAt(page, 'console-saga-outcome')
  await dialog.getByRole('button', { name: 'Tell the outcome' }).click()
  await page.getByText('transaction 4711').waitFor()
  await page.getByRole('heading', { name: 'skip (approved)' }).waitFor()
  const staff = await openStaff(await demoShop())
  const { orderId } = await staff(orders.getSaga, { id })
  assert.match(orderId ?? '', /^ord_/)
})

test('whoever has a second factor is asked for its code', async (t) => {
  const shop = await demoShop()
  const email = 'cora.codes@shop.example'
  const owner = await openStaff(shop)
  await owner(identity.createStaff, { name: 'Cora Codes', email, password, permissions: ['operations'] })
  const { call } = openVisitor(shop)
  await call(identity.signIn, { email, password })
  const { secret } = await call(identity.startSecondFactor, { password })
  const { recoveryCodes } = await call(identity.confirmSecondFactor, {
    code: await codeAt(secret, new Date()),
  })
  const { page, go, refused } = await openShopper(t)
  await refused(401, () => go('/console'))
  await refused(401, () => sendForm(page, { 'E-mail': email, Password: password }, 'Sign in'))
  await title(page, 'And the code')
  await lookAt(page, 'console-code')
  await refused(403, () => sendForm(page, { Code: '000000' }, 'Confirm'))
  await page.getByRole('alert').waitFor()
  await sendForm(page, { Code: recoveryCodes[0] ?? '' }, 'Confirm')
  await title(page, 'Overview')
})
