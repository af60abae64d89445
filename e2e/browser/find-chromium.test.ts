import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { findChromium } from './find-chromium.ts'

const only = (path: string) => (candidate: string) => candidate === path

test('the browser that was named is taken, or none', () => {
  const env = { CHROMIUM_PATH: '/opt/chrome', PATH: '/usr/bin' }
  assert.equal(findChromium(env, only('/opt/chrome')), '/opt/chrome')
  assert.equal(findChromium(env, only(join('/usr/bin', 'chromium'))), undefined)
})

test('a browser is found by its usual names on the path and in its usual places', () => {
  const onPath = join('/snap/bin', 'google-chrome')
  assert.equal(findChromium({ PATH: '/snap/bin' }, only(onPath)), onPath)
  const onMac = join('/Applications', 'Google Chrome.app/Contents/MacOS/Google Chrome')
  assert.equal(findChromium({}, only(onMac)), onMac)
  const onWindows = join('C:\\Program Files', 'Google/Chrome/Application/chrome.exe')
  assert.equal(findChromium({ PROGRAMFILES: 'C:\\Program Files' }, only(onWindows)), onWindows)
})

test('where there is none, none is made up', () => {
  assert.equal(
    findChromium({ PATH: '/usr/bin' }, () => false),
    undefined,
  )
})
