import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from '@rialto/kit/until'
import type { Page } from 'playwright-core'
import { addToCart, sendForm, sumOf } from './acts.ts'
import { openProfile } from './browser.ts'
import { enter, openShopper, pageOptions, wide } from './shopper.ts'
import { demoShop } from './stage.ts'

// The cart, and whose it is.

const seesInHeader = (page: Page, cart: string) =>
  page.getByRole('link', { name: cart, exact: true }).waitFor()
const lines = (page: Page) =>
  page.getByRole('main').getByRole('listitem').getByRole('heading').allInnerTexts()
const password = 'a-long-password'

test('a cart is filled, changed and emptied, and its sums follow', async (t) => {
  const shopper = await openShopper(t)
  const { page, go } = shopper
  await addToCart(shopper, 'windfall-apple-box', 2)
  await seesInHeader(page, 'Cart, 2 items')
  await addToCart(shopper, 'daily-cast-iron-pan')
  await go('/cart')
  assert.deepEqual(await lines(page), ['Windfall Apple Box', 'Daily Cast Iron Pan'])
  assert.equal(await sumOf(page, 'Subtotal'), '€52.80')

  await page.getByLabel('Quantity of Windfall Apple Box').fill('3')
  await page.getByLabel('Quantity of Windfall Apple Box').blur()
  await until('the sum follows', async () => (await sumOf(page, 'Subtotal')) === '€59.70')
  await page.getByRole('button', { name: 'Remove Daily Cast Iron Pan' }).click()
  await until('the sum follows', async () => (await sumOf(page, 'Subtotal')) === '€20.70')
  assert.deepEqual(await lines(page), ['Windfall Apple Box'])
  await page.getByRole('button', { name: 'Remove Windfall Apple Box' }).click()
  await page.getByRole('heading', { name: 'Your cart is empty' }).waitFor()
})

test('a cart refuses more than there are, and keeps what was in it', async (t) => {
  const shopper = await openShopper(t)
  const { page, go, refused } = shopper
  await addToCart(shopper, 'windfall-apple-box')
  await go('/cart')
  const quantity = page.getByLabel('Quantity of Windfall Apple Box')
  await quantity.fill('999')
  await refused(409, () => quantity.blur())
  assert.match(await page.getByRole('alert').innerText(), /\d+/)
  await go('/cart')
  assert.equal(await quantity.inputValue(), '1')
})

test('a coupon is applied with its reduction, a wrong one refused beside its field', async (t) => {
  const shopper = await openShopper(t)
  const { page, go, refused } = shopper
  await addToCart(shopper, 'daily-cast-iron-pan')
  await go('/cart')
  await page.getByLabel('Coupon code').fill('NOSUCH')
  await refused(409, () => page.getByRole('button', { name: 'Apply' }).click())
  await page.getByRole('alert').waitFor()
  assert.equal(await page.getByLabel('Coupon code').inputValue(), 'NOSUCH')

  await page.getByLabel('Coupon code').fill('WELCOME10')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('WELCOME10 is applied.').waitFor()
  assert.equal(await sumOf(page, 'Welcome: 10 % off'), '−€3.90')
  assert.equal(await sumOf(page, 'Total'), '€35.10')
  await page.getByRole('button', { name: 'Remove coupon WELCOME10' }).click()
  await until('the coupon is gone', async () => (await sumOf(page, 'Total')) === '€39.00')
})

test('delivery is told before the checkout, with prices and days', async (t) => {
  const shopper = await openShopper(t)
  const { page, go } = shopper
  await addToCart(shopper, 'windfall-apple-box')
  await go('/cart')
  await page.getByLabel('Delivery to').selectOption('Germany')
  const summary = page.getByRole('complementary', { name: 'Summary' })
  await summary.getByText('Standard').waitFor()
  assert.match(await summary.innerText(), /Standard\s+\w{3},? \d+ \w{3}[^€]*€\d+\.\d{2}/)
})

test('a cart is still there after browser and shop were started again', async () => {
  const shop = await demoShop()
  const folder = await mkdtemp(join(tmpdir(), 'rialto-profile-'))
  const visit = async <Value>(look: (shopper: Awaited<ReturnType<typeof enter>>) => Promise<Value>) => {
    const context = await openProfile(folder, pageOptions(wide))
    try {
      const shopper = await enter(context, shop)
      const seen = await look(shopper)
      assert.deepEqual(shopper.troubles, [])
      return seen
    } finally {
      await context.close()
    }
  }
  try {
    await visit((shopper) => addToCart(shopper, 'windfall-apple-box', 2))
    await shop.stop()
    await shop.restart()
    const seen = await visit(async ({ page, go }) => {
      await go('/cart')
      return [...(await lines(page)), await page.getByLabel('Quantity of Windfall Apple Box').inputValue()]
    })
    assert.deepEqual(seen, ['Windfall Apple Box', '2'])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('on signing in the cart of the guest joins the one of the account', async (t) => {
  const account = { Name: 'Grace Hopper', 'E-mail': 'grace.cart@shop.example', Password: password }
  const atHome = await openShopper(t)
  await atHome.go('/account/register')
  await sendForm(atHome.page, account, 'Open the account')
  await atHome.page.getByRole('heading', { name: 'Hello, Grace Hopper' }).waitFor()
  await addToCart(atHome, 'daily-cast-iron-pan')

  const away = await openShopper(t)
  await addToCart(away, 'windfall-apple-box', 2)
  await away.go('/checkout')
  await away.page.getByRole('link', { name: 'Sign in' }).click()
  const { Name: _, ...known } = account
  await away.refused(401, () => sendForm(away.page, { ...known, Password: 'not-this-one' }, 'Sign in'))
  await away.page.getByRole('alert').waitFor()
  assert.equal(await away.page.getByLabel('E-mail').inputValue(), known['E-mail'])
  await sendForm(away.page, known, 'Sign in')
  await away.page.waitForURL(/\/checkout$/)
  assert.equal(await away.page.getByLabel('E-mail').inputValue(), known['E-mail'])
  await until('the carts are one', async () => {
    await away.go('/cart')
    return (await lines(away.page)).length === 2
  })
  assert.deepEqual((await lines(away.page)).toSorted(), ['Daily Cast Iron Pan', 'Windfall Apple Box'])

  await away.go('/account')
  await away.page.getByRole('button', { name: 'Sign out' }).click()
  await away.page.waitForURL(/\/$/)
  await seesInHeader(away.page, 'Cart, 0 items')
})

test('an address of the account is kept, changed, offered at the checkout and removed', async (t) => {
  const shopper = await openShopper(t)
  const { page, go } = shopper
  await go('/account/register')
  const account = { Name: 'Lin Clark', 'E-mail': 'lin.addresses@shop.example', Password: password }
  await sendForm(page, account, 'Open the account')
  await page.getByRole('link', { name: 'Addresses' }).click()
  await page.getByRole('link', { name: 'Add an address' }).click()
  const address = { Name: 'Lin Clark', 'Street and number': 'Torstr. 1', Postcode: '10119', City: 'Berlin' }
  await page.getByLabel('Country').selectOption('Germany')
  await sendForm(page, address, 'Save')
  await page.getByRole('link', { name: 'Change Torstr. 1' }).click()
  await sendForm(page, { 'Street and number': 'Torstr. 2' }, 'Save')
  await page.getByText('Torstr. 2').waitFor()

  await addToCart(shopper, 'windfall-apple-box')
  await go('/checkout')
  assert.equal(await page.getByLabel('Street and number').inputValue(), 'Torstr. 2')
  await go('/account/addresses')
  await page.getByRole('button', { name: 'Remove Torstr. 2' }).click()
  await page.getByText('None yet.').waitFor()
})
