import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '@rialto/kit/until'
import { orders } from '@rialto/orders/contract'
import { cards, openStaff } from '../visitor.ts'
import { addToCart, fillCard, goToPayment, payWith, placedOrder, sendForm, sumOf } from './acts.ts'
import { openShopper, type Shopper } from './shopper.ts'
import { demoShop } from './stage.ts'

// From the cart to the door, with every way in which a card can behave.

const pay = (page: Shopper['page']) => page.getByRole('button', { name: /^Pay €/ })

test('a guest buys with coupon, delivery and tax shown, and sees the order through to the door', async (t) => {
  const email = 'ada.door@shop.example'
  const shopper = await openShopper(t)
  const { page, go } = shopper
  await addToCart(shopper, 'daily-cast-iron-pan')
  await go('/cart')
  await page.getByLabel('Coupon code').fill('WELCOME10')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('WELCOME10 is applied.').waitFor()
  await goToPayment(shopper, email)
  assert.match(await page.getByRole('radio', { name: 'Standard' }).locator('xpath=..').innerText(), /€4\.90/)
  assert.equal(await sumOf(page, 'Delivery'), '€4.90')
  assert.equal(await sumOf(page, 'Total'), '€40.00')
  // Of each line by itself: 5.60 of the pan, 0.78 of the delivery.
  assert.equal(await sumOf(page, 'Tax included'), '€6.38')
  await page.getByRole('radio', { name: 'Express' }).check()
  await until('the total follows', async () => (await sumOf(page, 'Total')) === '€45.00')
  await payWith(page, cards.approved)

  const number = await placedOrder(page)
  assert.equal(await sumOf(page, 'Total'), '€45.00')
  const step = page.getByRole('listitem').and(page.locator('[aria-current=step]'))
  assert.equal(await step.innerText(), 'Processing')
  const loads: string[] = []
  page.on('load', () => loads.push(page.url()))
  await deliver(page.url(), async (now) => {
    await until(`the page says it is ${now}`, async () => (await step.innerText()) === now)
    await page.getByRole('status').getByText(now).waitFor({ state: 'attached' })
  })
  assert.deepEqual(loads, [], 'it was told, not loaded anew')
  await page.getByText('tracking number P-4711').waitFor()

  await go('/cart')
  await page.getByRole('heading', { name: 'Your cart is empty' }).waitFor()
  await readMail(shopper, number, email)
  await go('/orders/find')
  await sendForm(page, { 'Order number': number.toLowerCase(), 'E-mail': email }, 'Find it')
  await page.getByRole('heading', { name: `Order ${number}` }).waitFor()
})

test('the account lists the order, from which it can be cancelled', async (t) => {
  const shopper = await openShopper(t)
  const { page, go } = shopper
  await go('/account/register')
  const account = { Name: 'Mary Shaw', 'E-mail': 'mary@shop.example', Password: 'a-long-password' }
  await sendForm(page, account, 'Open the account')
  await page.getByText('Nothing yet.').waitFor()
  await addToCart(shopper, 'windfall-apple-box')
  await goToPayment(shopper)
  await payWith(page, cards.approved)
  const number = await placedOrder(page)
  await go('/account')
  await page.getByRole('link', { name: number }).click()
  await page.getByRole('heading', { name: `Order ${number}` }).waitFor()
  await page.getByRole('button', { name: 'Cancel this order' }).click()
  await page.getByRole('heading', { name: 'Cancelled', exact: true }).waitFor()
})

test('a declined card is told beside its field with the cart intact, and another one pays', async (t) => {
  const shopper = await openShopper(t)
  const { page, refused } = shopper
  await addToCart(shopper, 'windfall-apple-box', 2)
  await goToPayment(shopper, 'ada.declined@shop.example')
  await refused(409, () => payWith(page, cards.declined))
  const number = page.getByLabel('Card number')
  await until('the field is marked', async () => (await number.getAttribute('aria-invalid')) === 'true')
  assert.equal(await describedBy(page, 'Card number'), 'Your card was declined.')
  assert.equal(await number.inputValue(), cards.declined)
  assert.equal(await page.getByRole('complementary').getByText('2 × €6.90').count(), 1)

  await refused(409, () => payWith(page, cards.expired))
  await until('the field is marked', async () => (await describedBy(page, 'Expiry')) !== '')
  assert.equal(await describedBy(page, 'Expiry'), 'Your card has expired.')
  await payWith(page, cards.approved)
  await placedOrder(page)
})

test('what is no card is told at once beside each field', async (t) => {
  const shopper = await openShopper(t)
  const { page, refused } = shopper
  await addToCart(shopper, 'windfall-apple-box')
  await goToPayment(shopper, 'ada.typing@shop.example')
  await fillCard(page, '4242 4242 4242 4241', '01/20')
  await refused(400, () => pay(page).click())
  await until('the field is marked', async () => (await describedBy(page, 'Card number')) !== '')
  assert.equal(await describedBy(page, 'Card number'), 'This is not a card number.')
  assert.equal(await describedBy(page, 'Expiry'), 'This is in the past.')
  assert.ok(await pay(page).isEnabled())
})

test('a card that asks for confirmation leads to the bank: refused it keeps the cart, confirmed it buys', async (t) => {
  const shopper = await openShopper(t)
  const { page } = shopper
  await addToCart(shopper, 'windfall-apple-box')
  await goToPayment(shopper, 'ada.bank@shop.example')
  await payWith(page, cards.secure)
  await page.getByText('asks for €11.80 from your card').waitFor()
  await page.getByRole('button', { name: 'Refuse' }).click()
  await page.waitForURL(/\/checkout\?failed=/)
  assert.equal(await describedBy(page, 'Card number'), 'The payment was not confirmed.')
  await payWith(page, cards.secure)
  await page.getByRole('button', { name: 'Confirm payment' }).click()
  await placedOrder(page)
})

test('a gateway that does not answer in time is waited for until the order is there', async (t) => {
  const shopper = await openShopper(t)
  await addToCart(shopper, 'windfall-apple-box')
  await goToPayment(shopper, 'ada.timeout@shop.example')
  await payWith(shopper.page, cards.timeout)
  await placedOrder(shopper.page)
})

test('a press of the button whose answer is lost is repeated, and buys once', async (t) => {
  const email = 'ada.lost@shop.example'
  const shopper = await openShopper(t)
  const { page, cutOff } = shopper
  await addToCart(shopper, 'windfall-apple-box')
  await goToPayment(shopper, email)
  let losses = 0
  await page.route('**/checkout', async (route) => {
    if (route.request().method() !== 'POST' || losses > 0) return route.continue()
    losses++
    // The shop has done it all when the line breaks.
    await route.fetch({ maxRedirects: 0 })
    await route.abort('connectionreset')
  })
  await cutOff(() => payWith(page, cards.approved))
  await page.getByText('Nothing is charged twice').waitFor()
  assert.ok(await page.getByLabel('Card number').isDisabled())
  await pay(page).click()
  await placedOrder(page)
  const staff = await openStaff(await demoShop())
  const { items } = await staff(orders.listOrders, { email })
  assert.equal(items.length, 1)
})

test('a price that changes meanwhile is shown before anything is charged', async (t) => {
  const shopper = await openShopper(t)
  const { page, refused } = shopper
  await addToCart(shopper, 'windfall-apple-box')
  await goToPayment(shopper, 'ada.price@shop.example')
  const other = await page.context().newPage()
  await other.goto(new URL('/cart', page.url()).href)
  await other.getByLabel('Quantity of Windfall Apple Box').fill('2')
  await other.getByLabel('Quantity of Windfall Apple Box').blur()
  await until('the cart has changed', async () => (await sumOf(other, 'Subtotal')) === '€13.80')
  await other.close()
  await refused(409, () => payWith(page, cards.approved))
  await page.getByText('The total has changed from €11.80 to €18.70.').waitFor()
  await pay(page).click()
  await placedOrder(page)
})

/** Staff pack, ship and deliver the order of a page; after each step the page is asked what it says. */
async function deliver(address: string, says: (now: string) => Promise<void>): Promise<void> {
  const id = new URL(address).pathname.split('/').at(-1) ?? ''
  const staff = await openStaff(await demoShop())
  await staff(orders.packOrder, { id })
  const fulfilmentId = (await staff(orders.getOrder, { id })).fulfilments[0]?.id ?? ''
  await staff(orders.shipFulfilment, { id, fulfilmentId, carrier: 'Post', trackingNumber: 'P-4711' })
  await says('On its way')
  await staff(orders.deliverFulfilment, { id, fulfilmentId })
  await says('Delivered')
}

async function readMail({ page, go }: Shopper, number: string, email: string): Promise<void> {
  const mail = page.getByRole('link', { name: `Your order ${number}` }).filter({ hasText: `to ${email}` })
  await until('the mail is there', async () => {
    await go('/inbox')
    return (await mail.count()) === 1
  })
  await mail.click()
  const letter = page.frameLocator('iframe')
  await letter.getByText('Daily Cast Iron Pan').waitFor()
  await letter.getByText('€45.00').waitFor()
  const opened = page.context().waitForEvent('page')
  await letter.getByRole('link', { name: `See order ${number}` }).click()
  await (await opened).getByRole('heading', { name: `Order ${number}` }).waitFor()
}

/** What assistive technology reads after the label of a field. */
function describedBy(page: Shopper['page'], label: string): Promise<string> {
  return page.getByLabel(label).evaluate((field) => {
    const ids = field.getAttribute('aria-describedby')?.split(' ') ?? []
    return ids.map((id) => document.getElementById(id)?.innerText ?? '').join(' ')
  })
}
