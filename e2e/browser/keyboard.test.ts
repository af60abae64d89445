import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { berlin, cards } from '../visitor.ts'
import { placedOrder } from './acts.ts'
import { openShopper } from './shopper.ts'

// The shop without a mouse: everything is reached by Tab, done by Enter, Space and arrows, and seen meanwhile.

interface Focus {
  readonly name: string
  readonly tag: string
  /** Whether something is drawn around what has the focus. */
  readonly isVisible: boolean
}

test('the skip link comes first and leads past the header', async (t) => {
  const { page, go } = await openShopper(t)
  await go('/c/fashion')
  const first = await tab(page)
  assert.deepEqual([first.name, first.isVisible], ['Skip to content', true])
  await page.keyboard.press('Enter')
  await page.waitForURL(/#main$/)
  const next = await tab(page)
  assert.equal(next.name, 'Home')
})

test('from a product over the cart to a placed order by keyboard alone', async (t) => {
  const { page, go } = await openShopper(t)
  await go('/p/windfall-apple-box')
  await reach(page, '2 kg')
  await page.keyboard.press('ArrowRight')
  await reach(page, 'Add to cart')
  await page.keyboard.press('Enter')
  await page.getByText('Added to your cart.').waitFor()
  await reach(page, 'See the cart')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/cart$/)
  await reach(page, 'Go to checkout')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/checkout$/)

  const typed = {
    'E-mail': 'keys@shop.example',
    Name: berlin.name,
    'Street and number': berlin.line1,
    Postcode: berlin.postalCode,
    City: berlin.city,
  }
  for (const [label, value] of Object.entries(typed)) {
    await reach(page, label)
    await page.keyboard.type(value)
  }
  await reach(page, 'Country')
  await page.keyboard.type('Germany')
  await reach(page, 'Continue to delivery')
  await page.keyboard.press('Enter')
  await page.waitForURL(/#delivery$/)
  await reach(page, /^Standard/)
  await page.keyboard.press('Space')
  await page.waitForURL(/#payment$/)
  for (const [label, value] of Object.entries({
    'Card number': cards.approved,
    Expiry: '12/34',
    'Security code': '123',
  })) {
    await reach(page, label)
    await page.keyboard.type(value)
  }
  await page.keyboard.press('Enter')
  await placedOrder(page)
})

test('filters are worked by keyboard, and the focus stays where it was', async (t) => {
  const { page, go } = await openShopper(t)
  await go('/c/fashion')
  await reach(page, /^Blue/)
  await page.keyboard.press('Space')
  await page.getByRole('link', { name: 'Remove Colour: Blue' }).waitFor()
  assert.match((await focus(page)).name, /^Blue/)
})

/** Goes on by Tab until the focus is on what has this name; every stop on the way must be seen. */
async function reach(page: Page, name: string | RegExp, limit = 120): Promise<void> {
  const passed: string[] = []
  for (let step = 0; step < limit; step++) {
    const now = await tab(page)
    assert.ok(now.isVisible, `the focus is not seen on ${now.tag} “${now.name}”`)
    if (typeof name === 'string' ? now.name === name : name.test(now.name)) return
    passed.push(now.name)
  }
  assert.fail(`Tab does not reach ${name}: ${passed.join(' · ')}`)
}

async function tab(page: Page): Promise<Focus> {
  await page.keyboard.press('Tab')
  return focus(page)
}

function focus(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const focused = document.activeElement as HTMLInputElement | null
    if (!focused || focused === document.body) return { name: '', tag: 'body', isVisible: true }
    const text = focused.labels?.[0]?.innerText ?? focused.innerText
    const name = focused.getAttribute('aria-label') ?? text ?? ''
    // A radio or box of our own making shows it on what stands for it.
    const shown = [focused, focused.nextElementSibling].filter((element) => element !== null)
    const isVisible = shown.some((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    })
    return { name: name.trim().split('\n')[0] ?? '', tag: focused.tagName.toLowerCase(), isVisible }
  })
}
