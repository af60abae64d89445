import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isAlive } from './kit/postgres-lock.ts'

const launcher = fileURLToPath(new URL('./launch.mjs', import.meta.url))

test('a launched program runs on Node 26 or newer, with its arguments, and its exit code is passed on', async (t) => {
  const { process: launched, lines } = launch(
    t,
    `console.log(JSON.stringify([process.versions.node, process.execPath, process.env.PATH, process.argv.slice(2)]))
     process.exitCode = 5`,
    ['one', 'two words'],
  )
  const [line] = await once(lines, 'line')
  const [version, path, searched, words] = JSON.parse(line)
  assert.ok(Number.parseInt(version, 10) >= 26)
  assert.equal(searched.split(process.platform === 'win32' ? ';' : ':')[0], dirname(path))
  assert.deepEqual(words, ['one', 'two words'])
  assert.deepEqual(await once(launched, 'exit'), [5, null])
})

test('a signal that npm repeats reaches the program once', async (t) => {
  const { process: launched, lines } = launch(
    t,
    `let count = 0
     process.on('SIGTERM', () => count++ || setTimeout(() => process.exit(count), 200))
     console.log('ready'); setInterval(() => {}, 1000)`,
  )
  await once(lines, 'line')
  launched.kill('SIGTERM')
  launched.kill('SIGTERM')
  assert.deepEqual(await once(launched, 'exit'), [1, null])
})

test('a program that ends by a signal ends the launcher by the same one', async (t) => {
  const { process: launched } = launch(t, `process.kill(process.pid, 'SIGKILL')`)
  assert.deepEqual(await once(launched, 'exit'), [null, 'SIGKILL'])
})

test('a program whose launcher is killed is asked to stop', async (t) => {
  const { process: launched, lines } = launch(
    t,
    `process.on('SIGTERM', () => process.exit(0))
     console.log(process.pid); setInterval(() => {}, 1000)`,
  )
  const [pid] = await once(lines, 'line')
  launched.kill('SIGKILL')
  while (isAlive(Number(pid))) await pause(10)
})

test('a program may choose what it does when its launcher is gone', async (t) => {
  const lifeline = new URL('./kit/lifeline.ts', import.meta.url).href
  const { process: launched, lines } = launch(
    t,
    `import { onParentGone } from ${JSON.stringify(lifeline)}
     process.on('SIGTERM', () => console.log('terminated'))
     onParentGone(() => { console.log('alone'); process.exit(0) })
     console.log('ready'); setInterval(() => {}, 1000)`,
  )
  await once(lines, 'line')
  launched.kill('SIGKILL')
  assert.deepEqual(await once(lines, 'line'), ['alone'])
})

test('a program whose npm is killed is asked to stop', async (t) => {
  const npm = launchUnder(t, `console.log(process.pid); setInterval(() => {}, 1000)`)
  const [pid] = await once(createInterface(npm.stdout), 'line')
  npm.kill('SIGKILL')
  while (isAlive(Number(pid))) await pause(10)
})

test('a file that is not there is told in one line', async () => {
  const launched = spawn(process.execPath, [launcher, 'no-such-program.ts'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [line] = await once(createInterface(launched.stderr), 'line')
  assert.match(line, /^There is no .*no-such-program\.ts$/)
  assert.deepEqual(await once(launched, 'close'), [1, null])
})

/** Stands in for npm: a parent that says it is one, with the launcher below it. */
function launchUnder(t: TestContext, program: string): ChildProcess & { stdout: Readable } {
  const folder = mkdtempSync(join(tmpdir(), 'rialto-launch-'))
  const file = join(folder, 'program.mts')
  writeFileSync(file, program)
  const words = JSON.stringify([launcher, file])
  const parent = `require('node:child_process').spawn(process.execPath, ${words}, { stdio: 'inherit' })`
  const npm = spawn(process.execPath, ['-e', parent], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'start' },
  })
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return npm
}

function launch(
  t: TestContext,
  program: string,
  words: readonly string[] = [],
): { process: ChildProcess; lines: Interface } {
  const folder = mkdtempSync(join(tmpdir(), 'rialto-launch-'))
  const file = join(folder, 'program.mts')
  writeFileSync(file, program)
  const launched = spawn(process.execPath, [launcher, file, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => {
    launched.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  return { process: launched, lines: createInterface(launched.stdout) }
}
