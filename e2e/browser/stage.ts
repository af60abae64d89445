import { createServer } from 'node:net'
import { after } from 'node:test'
import type { Browser } from 'playwright-core'
import { openShop, type Shop } from '../shop.ts'
import { openBrowser } from './browser.ts'

// The shop and the browser of the walks: started by the first that asks, shared by all that run in one process.

let shop: Promise<Shop> | undefined
let browser: Promise<Browser> | undefined

/** The shop with the demo catalog, and no warehouse that packs by itself. */
export function demoShop(): Promise<Shop> {
  shop ??= openDemo()
  return shop
}

/** At a port that is known beforehand, as the mails of the shop name it. */
async function openDemo(): Promise<Shop> {
  const server = createServer()
  await new Promise<void>((open) => server.listen(0, open))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await new Promise((closed) => server.close(closed))
  return openShop({ env: { RIALTO_DEMO: 'true', PORT: String(port) } })
}

export function sharedBrowser(): Promise<Browser> {
  browser ??= openBrowser()
  return browser
}

after(async () => {
  await (await browser)?.close()
  await (await shop)?.close()
})
