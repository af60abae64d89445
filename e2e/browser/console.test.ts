import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identity } from '@rialto/identity/contract'
import { json, openDatabase } from '@rialto/kit/database'
import { newId } from '@rialto/kit/id'
import { until } from '@rialto/kit/until'
import { webhooks } from '@rialto/webhooks/contract'
import { databaseUrls } from '../checker.ts'
import { openStaff, openVisitor } from '../visitor.ts'
import { lookAt } from './look.ts'
import { openConsole, purchase, title } from './operator.ts'
import { narrow, openShopper, wide } from './shopper.ts'
import { demoShop } from './stage.ts'

// An operator at the console, of the same shop and browser as everybody else.

const pages = [
  '',
  'traces',
  'logs',
  'metrics',
  'messages',
  'sagas',
  'contracts',
  'contracts/orders',
  'faults',
]

for (const [width, colorScheme] of [
  [wide, 'light'],
  [narrow, 'dark'],
] as const) {
  test(`every page of the console is open to everybody at ${width} px, ${colorScheme}`, async (t) => {
    const { page, go } = await openConsole(t, { width, colorScheme })
    for (const path of pages) {
      await go(`/console/${path}`)
      await page.locator('main h1').waitFor()
      await page.getByText('One moment').waitFor({ state: 'detached' })
      await lookAt(page, `console-${path.replace('/', '-') || 'overview'}-${colorScheme}`)
    }
  })
}

test('a purchase is found as a trace, by an address that can be shared', async (t) => {
  const { page, go } = await openConsole(t)
  await purchase()
  await go('/console/traces?text=checkouts&service=orders')
  await page.getByRole('link', { name: 'POST /api/checkouts' }).first().click()
  await title(page, 'Trace')
  const first = page.getByRole('button', { name: /POST \/api\/checkouts/ }).first()
  await first.press('Enter')
  await page.getByText('orders.checkout', { exact: false }).first().waitFor()
  assert.match(await page.locator('.waterfall').innerText(), /payments/)
  await lookAt(page, 'console-trace')
  await page.goBack()
  await title(page, 'Traces')
  assert.equal(await page.getByLabel('In a name').inputValue(), 'checkouts')
})

test('a service is made to fail, is seen to, and works again', async (t) => {
  const { page, go } = await openConsole(t)
  await go('/console/faults')
  await page.getByLabel('Service').selectOption('webhooks')
  await page.getByLabel('Fail: answers that it is away').check()
  await page.getByRole('button', { name: 'Inject it' }).click()
  await page.getByText('webhooks fails now, in 1 instance.').waitFor()
  const shop = await demoShop()
  const staff = await openStaff(shop)
  await assert.rejects(staff(webhooks.listWebhooks, {}), /away on purpose/)
  await page.getByRole('button', { name: 'End it for webhooks' }).click()
  await page.getByText('Every service works as it does.').waitFor()
  await staff(webhooks.listWebhooks, {})
})

test('a dead letter is read, and dropped after a question', async (t) => {
  const { page, go } = await openConsole(t)
  const shop = await demoShop()
  const mail = openDatabase({ url: databaseUrls(shop.dataDir).notifications ?? '' })
  const data = { customerId: newId('cust'), email: 'late@shop.example', name: 'Late' }
  await mail.run`insert into rialto.inbox
    (id, kind, name, version, aggregate_id, aggregate_version, source, data, at, state, due_at, attempts, last_error)
    values (${newId('msg')}, 'event', 'customer.registered', 1, ${data.customerId}, 1, 'identity', ${json(data)}, now(),
      'dead', now(), 12, 'Error: the printer is on fire')`
  t.after(() => mail.close())
  await go('/console/messages')
  await page.getByRole('link', { name: 'customer.registered in notifications' }).click()
  await page.getByText('late@shop.example').waitFor()
  await lookAt(page, 'console-dead-letter')
  await page.getByRole('button', { name: 'Drop it …' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Drop it …' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Drop it', exact: true }).click()
  await title(page, 'Messages')
  await page.getByText('None. What fails for good waits here for a person.').waitFor()
})

test('a saga is read with its steps', async (t) => {
  const { page, go } = await openConsole(t)
  await purchase()
  await go('/console/sagas?kind=checkout&state=done')
  await page
    .getByRole('link', { name: /^checkout / })
    .first()
    .click()
  await page.getByRole('heading', { name: /^A checkout of / }).waitFor()
  await page.getByRole('heading', { name: 'authorize' }).waitFor()
  await lookAt(page, 'console-saga')
})

test('who may not operate the shop is told so in plain words', async (t) => {
  const operator = await openShopper(t)
  const shop = await demoShop()
  const email = `buyer-${newId('cust').slice(5)}@shop.example`
  const customer = { email, password: 'a long enough password', name: 'Bea' }
  await openVisitor(shop).call(identity.register, customer)
  const { page } = operator
  await operator.refused(401, () => operator.go('/console/logs'))
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('a wrong password indeed')
  await operator.refused(401, () => page.getByRole('button', { name: 'Sign in' }).click())
  await page
    .getByRole('alert')
    .getByText(/password/i)
    .waitFor()
  await page.getByLabel('Password').fill(customer.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await title(page, 'This is not for your account')
  await lookAt(page, 'console-barred')
  await operator.refused(401, () => page.getByRole('button', { name: 'Sign in as somebody else' }).click())
  await title(page, 'Sign in')
  await until('it is signed out', async () =>
    (await page.context().cookies()).every(({ name }) => name !== 'rialto_session'),
  )
})
