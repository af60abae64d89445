import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { helmIsHere, installTools } from './tools.ts'

// The suite `deploy` of npm test: the chart, the infrastructure and the pipelines, with the tools that check them.

const root = join(import.meta.dirname, '..')
const missing = installTools()
if (missing) {
  process.stdout.write(`– deploy: ${missing}\n`)
  process.exitCode = process.env.CI ? 1 : 0
} else {
  if (!helmIsHere) process.stdout.write('– helm: its binary is here for Linux on x64 only\n')
  const types = run(['node_modules/typescript/bin/tsc', '--project', 'deploy'])
  const tests = run([
    '--test',
    '--test-reporter=spec',
    '--test-concurrency=2',
    ...(helmIsHere ? ['deploy/helm/*.tools.test.ts'] : []),
    'deploy/!(helm)/**/*.tools.test.ts',
  ])
  process.exitCode = types === 0 && tests === 0 ? 0 : 1
}

function run(words: readonly string[]): number {
  return spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' }).status ?? 1
}
