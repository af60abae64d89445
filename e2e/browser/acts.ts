import type { Page } from 'playwright-core'
import { berlin } from '../visitor.ts'
import type { Shopper } from './shopper.ts'

// What a shopper does on the pages, by the words that a person sees or hears.

/** Puts the product that the page would choose by itself into the cart. */
export async function addToCart({ page, go }: Shopper, handle: string, quantity = 1): Promise<void> {
  await go(`/p/${handle}`)
  await page.getByLabel('Quantity').fill(String(quantity))
  await page.getByRole('button', { name: 'Add to cart' }).click()
  await page.getByRole('status').getByText('added to your cart', { exact: false }).waitFor()
}

/** From the cart through contact, address and the first delivery option to the open payment. */
export async function goToPayment({ page, go }: Shopper, email?: string): Promise<void> {
  await go('/checkout')
  if (email !== undefined) await page.getByLabel('E-mail').fill(email)
  await fillAddress(page)
  await page.getByRole('button', { name: 'Continue to delivery' }).click()
  await page.getByRole('radio', { name: 'Standard' }).check()
  await page.getByRole('button', { name: /^Pay €/ }).waitFor()
}

export async function fillAddress(page: Page): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(berlin.name)
  await page.getByLabel('Street and number').fill(berlin.line1)
  await page.getByLabel('Postcode').fill(berlin.postalCode)
  await page.getByLabel('City').fill(berlin.city)
  await page.getByLabel('Country').selectOption(berlin.country)
}

export async function fillCard(page: Page, number: string, expiry = '12/34'): Promise<void> {
  await page.getByLabel('Card number').fill(number)
  await page.getByLabel('Expiry').fill(expiry)
  await page.getByLabel('Security code').fill('123')
}

export async function payWith(page: Page, number: string): Promise<void> {
  await fillCard(page, number)
  await page.getByRole('button', { name: /^Pay €/ }).click()
}

/** Signs in, or opens an account, by the form at hand. */
export async function sendForm(
  page: Page,
  fields: Readonly<Record<string, string>>,
  button: string,
): Promise<void> {
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(value)
  await page.getByRole('main').getByRole('button', { name: button, exact: true }).click()
}

/** The thank-you page of a placed order, with its number. */
export async function placedOrder(page: Page): Promise<string> {
  const thanks = page.getByText(/Your order R-[0-9A-Z]{8} is placed/)
  await thanks.waitFor()
  return /R-[0-9A-Z]{8}/.exec(await thanks.innerText())?.[0] ?? ''
}

/** The text of a sum in the totals, such as `Total`. */
export function sumOf(page: Page, label: string): Promise<string> {
  const row = page.locator('dl > div', { has: page.getByText(label, { exact: true }) })
  return row.getByRole('definition').first().innerText()
}
