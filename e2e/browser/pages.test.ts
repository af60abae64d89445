import { test } from 'node:test'
import { until } from '@rialto/kit/until'
import { codeAt } from '../codes.ts'
import { csvOf, importCsv } from '../goods.ts'
import { cards, openStaff } from '../visitor.ts'
import { addToCart, fillAddress, fillCard, payWith, placedOrder, sendForm } from './acts.ts'
import { lookAt, measureShifts } from './look.ts'
import { narrow, openShopper, type Shopper, wide } from './shopper.ts'
import { demoShop } from './stage.ts'

// Every kind of page, in each of its states: it fits the window, stands still, shuts nobody out, and can be looked
// at in pictures. Wide in light colours, narrow in dark ones.

const longTitle = `${'The unusually patient and ever so slightly oversized '.repeat(3)}Schiffahrtsgesellschaftskapitänsmütze`
const longGood = {
  handle: 'long-title',
  title: longTitle,
  price: 123_456_789,
  quantity: 3,
  category: 'Fashion > Hats',
}

const looks = [
  ['on a wide screen in light colours', { width: wide, colorScheme: 'light' }],
  ['on a narrow screen in dark colours', { width: narrow, colorScheme: 'dark' }],
] as const

for (const [where, options] of looks) {
  test(`finding and choosing ${where}`, async (t) => {
    const shopper = await openShopper(t, options)
    await measureShifts(shopper.page.context())
    await browse(shopper)
  })

  test(`buying ${where}`, async (t) => {
    const shopper = await openShopper(t, options)
    await measureShifts(shopper.page.context())
    const email = `ada.looks.${options.width}@shop.example`
    await fillTheCart(shopper)
    await checkOut(shopper, email)
    await readMail(shopper, email)
  })

  test(`having an account ${where}`, async (t) => {
    const shopper = await openShopper(t, options)
    await measureShifts(shopper.page.context())
    await keepAccount(shopper, `grace.looks.${options.width}@shop.example`)
  })
}

async function browse({ page, go, refused }: Shopper): Promise<void> {
  const look = (name: string) => lookAt(page, name)
  await go('/')
  await look('home')
  await page.getByRole('combobox', { name: 'Search the shop' }).pressSequentially('boo')
  await page.getByRole('option').first().waitFor()
  await look('suggestions')
  const places = {
    category: '/c/fashion',
    'category-narrow': '/c/kitchenware',
    search: '/search?q=boot',
    'search-filtered': '/search?f=Colour%3ARed&min=10&max=60',
    'search-corrected': '/search?q=windfal+aple',
    'search-nothing': '/search?q=zzzyqx&f=Colour%3ARed',
    product: '/p/windfall-apple-box',
    'product-pictures': '/p/wooden-runabout',
    'product-reduced': '/p/evening-two-seat-sofa',
    'cart-empty': '/cart',
    'order-find': '/orders/find',
  }
  for (const [name, path] of Object.entries(places)) {
    await go(path)
    await look(name)
  }
  await importCsv(await openStaff(await demoShop()), csvOf([longGood]))
  await go('/p/long-title')
  await look('product-long')
  await refused(404, () => go('/nowhere'))
  await look('not-found')
}

async function fillTheCart(shopper: Shopper): Promise<void> {
  const { page, go, refused } = shopper
  await addToCart(shopper, 'windfall-apple-box', 2)
  await lookAt(page, 'product-added')
  await addToCart(shopper, 'daily-cast-iron-pan')
  await addToCart(shopper, 'evening-two-seat-sofa')
  await go('/cart')
  await lookAt(page, 'cart')
  await page.getByLabel('Coupon code').fill('NOSUCH')
  await refused(409, () => page.getByRole('button', { name: 'Apply' }).click())
  await lookAt(page, 'cart-refused')
  await page.getByLabel('Coupon code').fill('WELCOME10')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('WELCOME10 is applied.').waitFor()
  await page.getByLabel('Delivery to').selectOption('Germany')
  await page.waitForURL(/#delivery$/)
  await lookAt(page, 'cart-coupon')
}

async function checkOut({ page, go, refused }: Shopper, email: string): Promise<void> {
  await go('/checkout')
  await lookAt(page, 'checkout-address')
  await page.getByLabel('E-mail').fill(email)
  await fillAddress(page)
  await page.getByRole('button', { name: 'Continue to delivery' }).click()
  await page.waitForURL(/#delivery$/)
  await lookAt(page, 'checkout-delivery')
  await page.getByRole('radio', { name: 'Freight' }).check()
  await page.waitForURL(/#payment$/)
  await lookAt(page, 'checkout-payment')
  await page.getByText('This is a test shop').click()
  await fillCard(page, cards.declined)
  await refused(409, () => payWith(page, cards.declined))
  await page.getByText('Your card was declined.').waitFor()
  await lookAt(page, 'checkout-declined')
  await payWith(page, cards.secure)
  await page.getByRole('heading', { name: 'Sandbox Bank' }).waitFor()
  await lookAt(page, 'bank')
  await page.getByRole('button', { name: 'Confirm payment' }).click()
  await placedOrder(page)
  await lookAt(page, 'order-placed')
}

async function readMail({ page, go }: Shopper, email: string): Promise<void> {
  const mail = page.getByRole('link', { name: /^Your order/ }).filter({ hasText: `to ${email}` })
  await until('the mail is there', async () => {
    await go('/inbox')
    return (await mail.count()) === 1
  })
  await lookAt(page, 'inbox')
  await mail.click()
  await page.getByText('As plain text').click()
  await lookAt(page, 'mail')
}

async function keepAccount(shopper: Shopper, email: string): Promise<void> {
  const { page, go, refused } = shopper
  const look = (name: string) => lookAt(page, name)
  await go('/account/sign-in')
  await look('sign-in')
  const wrong = { 'E-mail': email, Password: 'not-my-password' }
  await refused(401, () => sendForm(page, wrong, 'Sign in'))
  await look('sign-in-refused')
  await go('/account/forgot-password')
  await look('forgot-password')
  await go('/account/new-password?token=none')
  await look('new-password')
  await refused(410, () => sendForm(page, { 'New password': 'a-long-password' }, 'Set the password'))
  await look('new-password-refused')
  await go('/account/register')
  await look('register')
  const account = { Name: 'Grace Hopper', 'E-mail': email, Password: 'a-long-password' }
  await sendForm(page, account, 'Open the account')
  await page.getByText('Nothing yet.').waitFor()
  await look('account-new')
  await page.getByRole('link', { name: 'Addresses' }).click()
  await look('addresses-none')
  await page.getByRole('link', { name: 'Add an address' }).click()
  await look('address')
  await fillAddress(page)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('link', { name: 'Change Torstr. 1' }).waitFor()
  await look('addresses')
  await keepSafe(shopper)
}

async function keepSafe({ page, go }: Shopper): Promise<void> {
  await go('/account/security')
  await lookAt(page, 'security')
  await go('/account/erase')
  await lookAt(page, 'erase')
  await go('/account/second-factor')
  await lookAt(page, 'second-factor')
  await sendForm(page, { Password: 'a-long-password' }, 'Set it up')
  await lookAt(page, 'second-factor-key')
  const secret = (await page.locator('code.secret').innerText()).replaceAll(' ', '')
  await sendForm(page, { Code: await codeAt(secret, new Date()) }, 'Switch it on')
  await lookAt(page, 'second-factor-codes')
  await go('/account/second-factor')
  await lookAt(page, 'second-factor-on')
}
