import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'
import { findChromium, withoutChromium } from './find-chromium.ts'

// As root too, without a graphics card, and quiet: it asks nothing of the network but the shop.
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser with a fresh profile, which is removed when it is closed. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: program(), headless: true, args })
}

/** A browser that keeps its profile in a folder, as that of a person does. */
export function openProfile(folder: string, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    ...options,
    executablePath: program(),
    headless: true,
    args,
  })
}

function program(): string {
  const path = findChromium()
  if (path === undefined) throw new Error(`Looking at pages ${withoutChromium}`)
  return path
}
