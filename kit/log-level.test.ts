import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logLevel, setLogLevel, toggleDebug } from './log-level.ts'
import { recent } from './recent.ts'
import { createLogger } from './telemetry.ts'
import { beginTrace, sampleTraces, within } from './trace.ts'

test('the level of a log changes while it is in use, also where a service has it', () => {
  const log = createLogger('error')
  const child = log.child({ service: 'things' })
  child.info('unheard')
  setLogLevel('info')
  child.info('heard')
  assert.deepEqual(
    recent.logs({ service: 'things', limit: 10 }).logs.map(({ message }) => message),
    ['heard'],
  )
  assert.equal(toggleDebug(), 'debug')
  assert.equal(toggleDebug(), 'error')
  assert.equal(logLevel(), 'error')
  assert.equal(child.isLevelEnabled('info'), false)
})

test('a line names its trace, sampled or not, and censors what is personal', () => {
  sampleTraces(0)
  const log = createLogger('info').child({ service: 'traced' })
  const span = beginTrace(() => ({ name: 'checkout', kind: 'server', service: 'orders' }))
  within(span, () => log.info({ email: 'jane@example.com' }, 'said'))
  sampleTraces(undefined)
  const [line] = recent.logs({ service: 'traced', limit: 1 }).logs
  assert.equal(line?.traceId, span?.traceId)
  assert.deepEqual(line?.fields, { email: '[redacted]' })
})
