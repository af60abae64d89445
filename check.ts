import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

// The everyday loop: form, types, walls and the tests that need no database. Seconds, not minutes.

/** What a test leaves open, such as a timer, would keep its file for ever. */
const limitMs = 600_000
// Node leaves one core to itself, which of two is half of them.
const together = `--test-concurrency=${availableParallelism()}`
const folder = mkdtempSync(join(tmpdir(), 'rialto-check-'))
/** Names what the points of the other reporter do not. */
const report = join(folder, 'unit-tests')
const reporters = [
  ...['--test-reporter=dot', '--test-reporter-destination=stdout'],
  ...['--test-reporter=spec', `--test-reporter-destination=${report}`],
]
const steps: readonly (readonly [string, readonly string[]])[] = [
  ['Biome', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  ['TypeScript', ['node_modules/typescript/bin/tsc', '--project', '.']],
  ['Walls', ['--test', '--test-reporter=dot', 'tidy.test.ts']],
  ['Unit tests', ['--test', ...reporters, together, ...globs()]],
]

const failed = steps.filter(([name, args]) => {
  const began = performance.now()
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'inherit', timeout: limitMs })
  if (error) process.stdout.write(`\n${error.message}\n${name === 'Unit tests' ? leftRunning() : ''}`)
  process.stdout.write(
    `${status === 0 ? '✔' : '✖'} ${name} ${((performance.now() - began) / 1000).toFixed(1)} s\n`,
  )
  return status !== 0
})
rmSync(folder, { recursive: true })
process.exitCode = failed.length > 0 ? 1 : 0

function leftRunning(): string {
  const [, left = ''] = readFileSync(report, 'utf8').split('Interrupted while running:')
  return `These tests did not end:${left}`
}

/** Unit tests need neither database nor broker; those that do are left to `npm test`. */
function globs(): string[] {
  const rooms = ['kit', 'services', 'apps', 'sdk', 'bench', 'data', 'docs', 'deploy'].map(
    (room) => `${room}/**/!(*.db|*.nats|*.valkey|*.tools|*.prometheus).test.ts`,
  )
  const root = ['launch', 'saga-text', 'contracts', 'graph', 'service-folder', 'platform-settings']
  return [...root.map((name) => `${name}.test.ts`), ...rooms]
}
