import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

// The everyday loop: form, types, walls and the tests that need no database. Seconds, not minutes.

// Node leaves one core to itself, which of two is half of them.
const together = `--test-concurrency=${availableParallelism()}`
const steps: readonly (readonly [string, readonly string[]])[] = [
  ['Biome', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  ['TypeScript', ['node_modules/typescript/bin/tsc', '--project', '.']],
  ['Walls', ['--test', '--test-reporter=dot', 'tidy.test.ts']],
  ['Unit tests', ['--test', '--test-reporter=dot', together, ...globs()]],
]

const failed = steps.filter(([name, args]) => {
  const began = performance.now()
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  process.stdout.write(
    `${status === 0 ? '✔' : '✖'} ${name} ${((performance.now() - began) / 1000).toFixed(1)} s\n`,
  )
  return status !== 0
})
process.exitCode = failed.length > 0 ? 1 : 0

/** Unit tests need neither database nor broker; those that do are left to `npm test`. */
function globs(): string[] {
  const rooms = ['kit', 'services', 'apps', 'sdk', 'bench', 'data', 'docs', 'deploy'].map(
    (room) => `${room}/**/!(*.db|*.nats|*.valkey|*.tools|*.prometheus).test.ts`,
  )
  const root = ['launch', 'saga-text', 'contracts', 'graph', 'service-folder', 'platform-settings']
  return [...root.map((name) => `${name}.test.ts`), ...rooms]
}
