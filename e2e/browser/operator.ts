import type { TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { admin } from '../shop.ts'
import { buy, cards, openVisitor } from '../visitor.ts'
import { openShopper, type Shopper, type ShopperOptions } from './shopper.ts'
import { demoShop } from './stage.ts'

/** An operator who has signed in at the console, by keyboard. */
export async function openConsole(t: TestContext, options?: ShopperOptions): Promise<Shopper> {
  const operator = await openShopper(t, options)
  await operator.refused(401, () => operator.go('/console'))
  const { page } = operator
  await page.getByLabel('E-mail').focus()
  await page.keyboard.type(admin.email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(admin.password)
  await page.keyboard.press('Enter')
  await title(page, 'Overview')
  return operator
}

export const title = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()

/** Somebody buys the first of the products. */
export async function purchase(card: string = cards.approved) {
  const shop = await demoShop()
  const { items } = (await (await fetch(`${shop.url}/api/products?limit=1`)).json()) as {
    items: { id: string }[]
  }
  const product = await (await fetch(`${shop.url}/api/products/${items[0]?.id}`)).json()
  const [{ id }] = (product as { variants: [{ id: string }] }).variants
  return buy(openVisitor(shop).call, { variantId: id, quantity: 1, email: 'trace@shop.example' }, card)
}
