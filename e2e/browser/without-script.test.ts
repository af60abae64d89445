import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pricing } from '@rialto/pricing/contract'
import { openStaff } from '../visitor.ts'
import { fillAddress, placedOrder, sendForm, sumOf } from './acts.ts'
import { openShopper } from './shopper.ts'
import { demoShop } from './stage.ts'

// The shop where JavaScript is switched off.

const noScript = { javaScriptEnabled: false }

test('without JavaScript one finds, filters and pages through a list', async (t) => {
  const { page, go } = await openShopper(t, noScript)
  await go('/')
  await page.getByLabel('Search the shop').fill('boot')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('heading', { level: 1, name: '“boot”' }).waitFor()
  await go('/c/fashion')
  const titles = () => page.getByRole('article').getByRole('heading').allInnerTexts()
  const first = await titles()
  await page.getByRole('link', { name: 'Show more' }).click()
  assert.ok((await titles()).every((title) => !first.includes(title)))
  await go('/c/fashion')
  await page.getByRole('checkbox', { name: /^Red/ }).check()
  await page.getByRole('button', { name: 'Show results' }).click()
  await page.getByRole('link', { name: 'Remove Colour: Red' }).waitFor()
})

test('without JavaScript one goes from a product to the payment, which says what it needs', async (t) => {
  const { page, go } = await openShopper(t, noScript)
  await go('/p/windfall-apple-box')
  await page.getByLabel('Choose').selectOption({ label: '10 kg / Red Elstar, €26.50' })
  await page.getByRole('button', { name: 'Add to cart' }).click()
  await page.getByRole('link', { name: 'See the cart' }).click()
  await page.getByLabel('Quantity of Windfall Apple Box').fill('2')
  await page.getByRole('button', { name: 'Update' }).click()
  assert.equal(await sumOf(page, 'Subtotal'), '€53.00')
  await page.getByLabel('Delivery to').selectOption('Germany')
  await page.getByRole('button', { name: 'Show delivery' }).click()
  await page.getByRole('complementary').getByText('Express').waitFor()
  await page.getByRole('link', { name: 'Go to checkout' }).click()
  await page.getByLabel('E-mail').fill('plain@shop.example')
  await fillAddress(page)
  await page.getByRole('button', { name: 'Continue to delivery' }).click()
  await page.getByRole('radio', { name: 'Express' }).check()
  await page.getByRole('button', { name: 'Continue to payment' }).click()
  assert.equal(await sumOf(page, 'Delivery'), '€9.90')
  await page.getByText('need JavaScript. Your cart is kept.').waitFor()
  assert.equal(await page.getByRole('button', { name: /^Pay/ }).count(), 0)
})

test('without JavaScript an order that costs nothing is placed', async (t) => {
  const staff = await openStaff(await demoShop())
  const action = { kind: 'percent', percent: 100 } as const
  await staff(pricing.createPromotion, { label: 'A present', coupon: 'PRESENT', action })
  const { page, go } = await openShopper(t, noScript)
  await go('/p/windfall-apple-box')
  await page.getByRole('button', { name: 'Add to cart' }).click()
  for (const code of ['PRESENT', 'FREESHIP']) {
    await go('/cart')
    await page.getByLabel('Coupon code').fill(code)
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByText(`${code} is applied.`).waitFor()
  }
  await go('/checkout')
  await page.getByLabel('E-mail').fill('present@shop.example')
  await fillAddress(page)
  await page.getByRole('button', { name: 'Continue to delivery' }).click()
  await page.getByRole('radio', { name: 'Standard' }).check()
  await page.getByRole('button', { name: 'Continue to payment' }).click()
  assert.equal(await sumOf(page, 'Total'), '€0.00')
  await page.getByRole('button', { name: 'Place the order' }).click()
  await placedOrder(page)
})

test('without JavaScript an account is opened, left and entered again', async (t) => {
  const { page, go } = await openShopper(t, noScript)
  const account = { 'E-mail': 'plain.account@shop.example', Password: 'a-long-password' }
  await go('/account/register')
  await sendForm(page, { Name: 'Plain Person', ...account }, 'Open the account')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await go('/account/sign-in')
  await sendForm(page, account, 'Sign in')
  await page.getByRole('heading', { name: 'Hello, Plain Person' }).waitFor()
})
