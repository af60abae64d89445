import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { instanceKilled } from './faults.ts'
import { raiseStorm } from './raise-storm.ts'
import { reportOf } from './report.ts'

// `npm run faults -- --minutes 30` is the long form.

const lengthMs = 45_000
const seed = 1
const shoppers = 4
const limitMs = 10 * 60_000

test('people trade in a storm of faults, and nothing is lost, double or other than they were told', {
  timeout: limitMs,
}, async (t) => {
  const storm = await raiseStorm({ seed, lengthMs, shoppers, signal: t.signal, tell: () => {} })
  t.diagnostic(reportOf(storm, { seed, lengthMs }))
  assert.deepEqual(storm.violations, [])
  assert.ok((storm.strikes.get(instanceKilled.name) ?? 0) > 0)
  assert.ok(storm.told.purchases.some(({ last }) => last?.kind === 'confirmed'))
  assert.notEqual(storm.recovery.quietMs, undefined)
})

test('a wrong word on the command line is named, with what to give', async () => {
  const cases = [
    [['--help'], 0, /npm run faults -- --minutes 5/],
    [[], 2, /Give --minutes/],
    [['--minutes', '0'], 2, /Give --minutes/],
    [['--minutes', '1', '--seed', 'x'], 2, /whole number as --seed/],
    [['--minutes', '1', '--shoppers', '0'], 2, /1 to 200 --shoppers/],
    [['--hours', '1'], 2, /--hours.*npm run faults/s],
  ] as const
  for (const [args, code, words] of cases) {
    const answer = await command(args)
    assert.equal(answer.code, code, args.join(' '))
    assert.match(answer.output, words)
  }
})

function command(args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, '../storm.ts'), ...args], (error, output, errors) =>
      resolve({ code: Number(error?.code ?? 0), output: output + errors }),
    )
  })
}
