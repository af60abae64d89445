import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { lookAt, measureShifts } from './look.ts'
import { narrow, pageOptions } from './shopper.ts'
import { sharedBrowser } from './stage.ts'

// What the look at a page is there to notice, on pages made to be caught.

test('a page without fault passes', async (t) => {
  await lookAt(await show(t, '<h1>Good</h1><p>Nothing is wrong here.</p>'), 'good')
})

test('it is noticed when a page is wider than its window', async (t) => {
  const page = await show(t, '<h1 style="width:500px">Wide</h1>')
  await assert.rejects(lookAt(page, 'wide'), /scrolls sideways/)
})

test('it is noticed when a text is cut', async (t) => {
  const page = await show(t, '<h1 style="width:90px;overflow:hidden;white-space:nowrap">A long heading</h1>')
  await assert.rejects(lookAt(page, 'cut'), /cut off[\s\S]*A long heading/)
})

test('it is noticed when a field has no label or a text no contrast', async (t) => {
  const page = await show(t, '<h1>Form</h1><input><p style="color:#bbb">Hardly to be read</p>')
  await assert.rejects(lookAt(page, 'barred'), /color-contrast[\s\S]*label/)
})

test('it is noticed when the layout moves by itself', async (t) => {
  const page = await show(t, '<h1>Moves</h1><p>This is pushed down.</p>')
  await page.evaluate(async () => {
    const frames = () => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))
    await frames()
    document.querySelector('h1')?.style.setProperty('margin-top', '300px')
    await frames()
  })
  await assert.rejects(lookAt(page, 'moving'), /moves by 0\.\d/)
})

test('it is noticed when a picture is broken', async (t) => {
  const page = await show(t, '<h1>Picture</h1><img alt="None" src="data:image/png;base64,AAAA">')
  await assert.rejects(lookAt(page, 'broken'), /data:image/)
})

async function show(t: TestContext, body: string): Promise<Page> {
  const context = await (await sharedBrowser()).newContext(pageOptions(narrow))
  t.after(() => context.close())
  await measureShifts(context)
  const page = await context.newPage()
  const html = `<!doctype html><html lang="en"><title>A page</title><body><main>${body}</main></body></html>`
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: html }))
  await page.goto('http://page.test/')
  return page
}
