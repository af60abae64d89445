import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inventory } from '@rialto/inventory/contract'
import { until } from '@rialto/kit/until'
import type { Page } from 'playwright-core'
import { openStaff } from '../visitor.ts'
import { openShopper } from './shopper.ts'
import { demoShop } from './stage.ts'

// Finding things: departments, search, filters, a product with its options.

const cards = (page: Page) => page.getByRole('main').getByRole('article')
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
const stock = (page: Page) => page.getByText(/^(In stock|Only \d+ left|Sold out)$/).first()

test('departments lead to narrower categories and these to a product', async (t) => {
  const { page, go } = await openShopper(t)
  await go('/')
  await page.getByRole('navigation', { name: 'Departments', exact: true }).getByText('Fashion').click()
  await heading(page, 'Fashion').waitFor()
  await page
    .getByRole('navigation', { name: 'Categories' })
    .getByRole('link', { name: /^Shoes/ })
    .click()
  await heading(page, 'Shoes').waitFor()
  const crumbs = page.getByRole('navigation', { name: 'You are here' })
  assert.deepEqual(await crumbs.getByRole('link').allInnerTexts(), ['Home', 'Fashion', 'Shoes'])
  const title = await cards(page).first().getByRole('heading').innerText()
  await cards(page).first().getByRole('link').click()
  await heading(page, title).waitFor()
})

test('search completes what is typed, by keyboard, and forgives a slip', async (t) => {
  const { page, go } = await openShopper(t)
  await go('/')
  const field = page.getByRole('combobox', { name: 'Search the shop' })
  await field.pressSequentially('windf')
  await page.getByRole('option', { name: 'Windfall Apple Box' }).waitFor()
  await field.press('ArrowDown')
  assert.equal(await page.getByRole('option', { selected: true }).innerText(), 'Windfall Apple Box')
  await field.press('Enter')
  await heading(page, 'Windfall Apple Box').waitFor()
  await field.fill('windfal aple')
  await field.press('Enter')
  await heading(page, '“windfal aple”').waitFor()
  await cards(page).getByRole('heading', { name: 'Windfall Apple Box' }).waitFor()
})

test('a search that finds nothing says so and shows ways on', async (t) => {
  const { page, go } = await openShopper(t)
  await go('/search?q=zzzyqx')
  await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
  assert.equal(await cards(page).count(), 0)
})

test('filters by category, price and attribute narrow the list, and each can be taken back', async (t) => {
  const { page, go } = await openShopper(t)
  await go('/c/fashion')
  const found = page.getByRole('status')
  const all = await found.innerText()
  await page.getByRole('checkbox', { name: /^Red/ }).check()
  await page.getByRole('link', { name: 'Remove Colour: Red' }).waitFor()
  await page.getByLabel('Highest price').fill('40')
  await page.getByRole('button', { name: 'Apply the price range' }).click()
  await page.getByRole('link', { name: 'Remove Price 0 – 40' }).waitFor()
  assert.notEqual(await found.innerText(), all)
  const prices = await cards(page)
    .getByText(/€[\d.]+/)
    .allInnerTexts()
  const lowest = prices.map((text) => Number(/€([\d.]+)/.exec(text)?.[1]))
  assert.ok(lowest.length > 0 && lowest.some((price) => price <= 40), prices.join())
  assert.match(page.url(), /f=Colour%3ARed/)

  const narrowed = await cards(page).getByRole('heading').allInnerTexts()
  await page.reload()
  assert.deepEqual(await cards(page).getByRole('heading').allInnerTexts(), narrowed)
  await page.getByRole('link', { name: 'Clear all' }).click()
  await until('all are back', async () => (await found.innerText()) === all)
  await page.goBack()
  await page.getByRole('link', { name: 'Remove Colour: Red' }).waitFor()
})

test('a list is sorted by price, and grows at its end', async (t) => {
  const { page, go } = await openShopper(t)
  await go('/c/home-garden')
  await page.getByLabel('Sort by').selectOption('Price, low to high')
  await page.waitForURL(/sort=price-ascending/)
  const prices = async () => {
    const texts = await cards(page).locator('.now').allInnerTexts()
    return texts.map((text) => Number(text.replace(/[^\d.]/g, '')))
  }
  const before = await prices()
  await page.getByRole('link', { name: 'Show more' }).click()
  await until('there are more', async () => (await prices()).length > before.length)
  const after = await prices()
  assert.deepEqual(
    after,
    after.toSorted((a, b) => a - b),
  )
})

test('options of a product choose its price, availability and picture', async (t) => {
  const { page, go } = await openShopper(t)
  await go('/p/windfall-apple-box')
  const picture = page.getByRole('main').getByRole('img').first()
  const before = await picture.getAttribute('src')
  await page.getByRole('radio', { name: '10 kg' }).check()
  await page.getByText('€26.50', { exact: true }).waitFor()
  await page.getByRole('radio', { name: 'Green Granny' }).check()
  await until('the picture follows', async () => (await picture.getAttribute('src')) !== before)
  assert.equal(await stock(page).innerText(), 'In stock')
  await page.getByRole('radio', { name: '5 kg' }).check()
  await until('few are left', async () => (await stock(page).innerText()) === 'Only 3 left')
  await page.getByRole('radio', { name: '2 kg' }).check()
  await page.getByRole('button', { name: 'Sold out' }).waitFor()
  assert.ok(await page.getByRole('button', { name: 'Sold out' }).isDisabled())

  const address = page.url()
  await page.getByRole('radio', { name: 'Red Elstar' }).check()
  await page.getByRole('button', { name: 'Add to cart' }).waitFor()
  await go(new URL(address).pathname + new URL(address).search)
  assert.ok(await page.getByRole('radio', { name: 'Green Granny' }).isChecked())
})

test('what is left of a product is told while one looks at it', async (t) => {
  const { page, go } = await openShopper(t)
  const staff = await openStaff(await demoShop())
  await go('/p/pocket-torch')
  const add = page.getByRole('button', { name: /^(Add to cart|Sold out)$/ })
  const variantId = (await page.locator('[name=variantId]').inputValue()) ?? ''
  const count = (quantity: number) =>
    staff(inventory.countStock, { counts: [{ variantId, quantity }], reason: 'Counted' })
  await count(2)
  await page.getByText('Only 2 left').waitFor()
  await count(0)
  await page.locator('[data-stock]').getByText('Sold out').waitFor()
  assert.ok(await add.isDisabled())
  await count(50)
  await page.getByText('In stock').waitFor()
  assert.ok(await add.isEnabled())
})

test('pictures of a product can be looked at one by one', async (t) => {
  const { page, go } = await openShopper(t)
  await go('/p/wooden-runabout')
  const pictures = page.getByRole('list', { name: 'Pictures' }).getByRole('link')
  assert.ok((await pictures.count()) >= 4)
  const shown = page.getByRole('main').getByRole('img').first()
  await pictures.nth(2).click()
  assert.equal(await shown.getAttribute('src'), await pictures.nth(2).getAttribute('href'))
})

test('more than there are is refused beside the field, with how many are left', async (t) => {
  const { page, go, refused } = await openShopper(t)
  await go('/p/windfall-apple-box')
  await page.getByRole('radio', { name: 'Green Granny' }).check()
  await page.getByRole('radio', { name: '5 kg' }).check()
  await page.getByLabel('Quantity').fill('40')
  await refused(409, () => page.getByRole('button', { name: 'Add to cart' }).click())
  assert.match(await page.getByRole('alert').innerText(), /3/)
  assert.equal(await page.getByLabel('Quantity').inputValue(), '40')
  assert.ok(await page.getByRole('radio', { name: '5 kg' }).isChecked())
})

test('what is not there is told calmly, with a way back', async (t) => {
  const { page, go, refused } = await openShopper(t)
  for (const path of ['/p/nothing-of-this', '/c/nowhere', '/orders/ord_01jz0000000000000000000000', '/x/y']) {
    await refused(404, () => go(path))
    await heading(page, 'This page is not here').waitFor()
    await page.getByRole('link', { name: 'To the shop' }).waitFor()
  }
})
