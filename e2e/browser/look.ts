import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { until } from '@rialto/kit/until'
import type { AxeResults } from 'axe-core'
import type { BrowserContext, Page } from 'playwright-core'

// What can be seen of any page: whether it fits, stands still and is open to everybody.

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** What a layout may move in all, in the measure of Cumulative Layout Shift. Good is below 0.1. */
const shiftLimit = 0.002

declare global {
  interface Window {
    layoutShift?: number
    axe: { run(options: object): Promise<AxeResults> }
  }
}

/** Has every page of the context measure how far its layout moves by itself. */
export async function measureShifts(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    window.layoutShift = 0
    type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean }
    // Whoever is told of news sees the page change with them.
    const hasNews = () => document.querySelector('[data-order-news]:not(:empty)') !== null
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput } of list.getEntries() as Shift[])
        if (!hadRecentInput && !hasNews()) window.layoutShift = (window.layoutShift ?? 0) + value
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

/** Looks at the whole page, and leaves a picture of it in the folder that SCREENSHOTS names. */
export async function lookAt(page: Page, name: string): Promise<void> {
  await seeAll(page)
  const width = page.viewportSize()?.width ?? 0
  assert.deepEqual(await cutOff(page), [], `${name} at ${width} px is cut off`)
  const shift = await page.evaluate(() => window.layoutShift ?? 0)
  assert.ok(shift <= shiftLimit, `${name} at ${width} px moves by ${shift}`)
  assert.deepEqual(await barriers(page), [], `${name} at ${width} px shuts people out`)
  await takePicture(page, `${name}-${width}`)
}

/** Goes to the end and back, so that whatever waits to be seen is there. */
async function seeAll(page: Page): Promise<void> {
  await page.waitForLoadState()
  await page.evaluate(async () => {
    await document.fonts.ready
    for (let top = 0; top < document.body.scrollHeight; top += innerHeight) {
      scrollTo({ top, behavior: 'instant' })
      await new Promise((seen) => requestAnimationFrame(seen))
    }
    scrollTo({ top: 0, behavior: 'instant' })
  })
  const pictures = () => page.evaluate(() => [...document.images].every(({ complete }) => complete))
  await until('all pictures are there', pictures)
  const broken = await page.evaluate(() =>
    [...document.images].filter(({ naturalWidth }) => naturalWidth === 0).map(({ src }) => src),
  )
  assert.deepEqual(broken, [])
}

/** What reaches over the edge of the page, or hides a part of its own text. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const edge = document.documentElement.clientWidth
    const words = (element: Element) =>
      `${element.tagName.toLowerCase()}.${element.className} “${element.textContent?.trim().slice(0, 40)}”`
    const scrolls = (element: Element) => /auto|scroll/.test(getComputedStyle(element).overflowX)
    const isWithin = (element: Element | null, test: (element: Element) => boolean): boolean =>
      element !== null && (test(element) || isWithin(element.parentElement, test))
    const isUnseen = (element: Element) => {
      const { clipPath, visibility, position, top } = getComputedStyle(element)
      return clipPath !== 'none' || visibility === 'hidden' || (position === 'absolute' && top === '-80px')
    }
    const seen = [...document.body.querySelectorAll<HTMLElement>('*')].filter(
      (element) => element.checkVisibility() && !isWithin(element, isUnseen),
    )
    const over = seen.filter((element) => {
      const { left, right } = element.getBoundingClientRect()
      return (right > edge + 1 || left < -1) && !isWithin(element.parentElement, scrolls)
    })
    const hidden = seen.filter((element) => {
      const { overflowX } = getComputedStyle(element)
      return /hidden|clip/.test(overflowX) && element.scrollWidth > element.clientWidth + 1
    })
    const isWide = document.documentElement.scrollWidth > edge
    return [...(isWide ? ['the page scrolls sideways'] : []), ...over.map(words), ...hidden.map(words)]
  })
}

async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(
    (values) =>
      window.axe.run({ runOnly: { type: 'tag', values }, resultTypes: ['violations'], iframes: false }),
    standards,
  )
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${impact}) ${target.join(' ')}: ${failureSummary}`),
  )
}

/** Leaves a picture of the page in the folder that SCREENSHOTS names, if it does. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (!folder) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
