import { after } from 'node:test'
import type { Browser } from 'playwright-core'
import { openShop, type Shop } from '../shop.ts'
import { openBrowser } from './browser.ts'

// The shop and the browser of the walks: started by the first that asks, shared by all that run in one process.

let shop: Promise<Shop> | undefined
let browser: Promise<Browser> | undefined

/** The shop with the demo catalog, and no warehouse that packs by itself. */
export function demoShop(): Promise<Shop> {
  shop ??= openShop({ env: { RIALTO_DEMO: 'true' } })
  return shop
}

export function sharedBrowser(): Promise<Browser> {
  browser ??= openBrowser()
  return browser
}

after(async () => {
  await (await browser)?.close()
  await (await shop)?.close()
})
