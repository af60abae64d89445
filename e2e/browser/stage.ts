import { createServer } from 'node:net'
import { after } from 'node:test'
import type { Browser } from 'playwright-core'
import { openTestProvider, type TestProvider } from '../../services/identity/providers/testing.ts'
import { openShop, type Shop } from '../shop.ts'
import { openBrowser } from './browser.ts'

// The shop and the browser of the walks: started by the first that asks, shared by all that run in one process.

let shop: Promise<Shop> | undefined
let provider: TestProvider | undefined
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
  provider = await openTestProvider(`http://localhost:${port}`)
  const SIGN_IN_PROVIDERS = JSON.stringify([provider.settings])
  return openShop({ env: { RIALTO_DEMO: 'true', PORT: String(port), SIGN_IN_PROVIDERS } })
}

/** Where its shoppers may sign in besides. */
export async function demoProvider(): Promise<TestProvider> {
  await demoShop()
  if (!provider) throw new Error('The demo shop was opened without its provider')
  return provider
}

export function sharedBrowser(): Promise<Browser> {
  browser ??= openBrowser()
  return browser
}

after(async () => {
  await (await browser)?.close()
  await (await shop)?.close()
  await provider?.close()
})
