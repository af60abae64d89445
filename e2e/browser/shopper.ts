import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { BrowserContext, BrowserContextOptions, Page, Response } from 'playwright-core'
import type { Shop } from '../shop.ts'
import { demoShop, sharedBrowser } from './stage.ts'

/** Somebody at the pages of the shop, who notices whatever goes wrong on them. */
export interface Shopper {
  readonly page: Page
  /** Opens a path of the shop. */
  go(path: string): Promise<void>
  /** Does what the shop answers with this status: the only answer above 399 that is no trouble. */
  refused(status: number, act: () => Promise<unknown>): Promise<void>
  /** Does what no answer comes to, as the line breaks. */
  cutOff(act: () => Promise<unknown>): Promise<void>
}

export interface ShopperOptions extends BrowserContextOptions {
  readonly width?: number
}

export const wide = 1280
export const narrow = 360

/**
 * Opens a page in a profile of its own. When the test ends, it fails over any console error, exception, failed
 * request or answer above 399 that was not expected, wherever the shopper went.
 */
export async function openShopper(
  t: TestContext,
  { width = wide, ...options }: ShopperOptions = {},
): Promise<Shopper> {
  const [shop, browser] = await Promise.all([demoShop(), sharedBrowser()])
  const context = await browser.newContext({ ...pageOptions(width), ...options })
  const shopper = await enter(context, shop)
  t.after(async () => {
    await context.close()
    assert.deepEqual(shopper.troubles, [])
  })
  return shopper
}

export function pageOptions(width: number): BrowserContextOptions {
  const height = width < 500 ? 740 : 900
  return { viewport: { width, height }, reducedMotion: 'reduce', locale: 'en-GB' }
}

/** A shopper in a browser that was opened already. */
export async function enter(
  context: BrowserContext,
  shop: Shop,
): Promise<Shopper & { readonly troubles: readonly string[] }> {
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(20_000)
  const troubles: string[] = []
  const expected = new Set<number | string>()
  watch(page, troubles, expected)
  return {
    page,
    troubles,
    go: async (path) => {
      await page.goto(shop.url + path)
    },
    refused: async (status, act) => {
      expected.add(status)
      const answer = page.waitForResponse((response) => response.status() === status)
      await Promise.all([answer, act()])
      expected.delete(status)
    },
    cutOff: async (act) => {
      expected.add(brokenLine)
      await Promise.all([page.waitForEvent('requestfailed'), act()])
      expected.delete(brokenLine)
    },
  }
}

const brokenLine = 'net::ERR_CONNECTION_RESET'

function watch(page: Page, troubles: string[], expected: ReadonlySet<number | string>): void {
  const note = (what: string) => troubles.push(`${new URL(page.url()).pathname}: ${what}`)
  page.on('pageerror', ({ message }) => note(message))
  page.on('console', (message) => {
    // An answer above 399 is seen as such below. The frame of a mail runs no scripts, those of a test neither.
    const isKnown = /^(?:Failed to load resource|Blocked script execution in 'about:srcdoc')/
    if (message.type() === 'error' && !isKnown.test(message.text())) note(message.text())
  })
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? ''
    // Whoever leaves a page does not wait for the rest of it.
    if (reason !== 'net::ERR_ABORTED' && !expected.has(reason)) note(`${request.url()} ${reason}`)
  })
  page.on('response', (response: Response) => {
    const status = response.status()
    if (status >= 400 && !expected.has(status)) note(`${response.url()} ${status}`)
  })
}
