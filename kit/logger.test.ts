import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'

const program = `
  import { createLogger } from ${JSON.stringify(new URL('telemetry.ts', import.meta.url).href)}
  const log = createLogger('info')
  process.once('message', () => {
    for (let line = 0; line < 10; line++) log.warn('nobody reads this')
    process.exit(3)
  })
  process.send('ready')
`

test('a process whose log nobody reads any more ends all the same', async (t) => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  t.after(() => child.kill('SIGKILL'))
  await once(child, 'message')
  child.stderr?.destroy()
  await once(child.stderr ?? child, 'close')
  child.send('end')
  const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(20_000) })
  assert.equal(code, 3)
})
