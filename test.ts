import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { howToGetValkey, valkeyIsHere } from '@rialto/gateway/valkey-testing'
import { onParentGone } from '@rialto/kit/lifeline'
import { howToGetNats, natsServerIsHere } from '@rialto/kit/nats-testing'
import { startThrowawayPostgres } from '@rialto/kit/postgres'
import { howToGetPrometheus, prometheusIsHere } from './deploy/prometheus/prometheus-here.ts'
import { findChromium, withoutChromium } from './e2e/browser/find-chromium.ts'
import { preparedSetting } from './e2e/data-folder.ts'
import { prepareData } from './e2e/prepare-data.ts'

// Everything that can run on this machine. A suite whose tool is absent says so; with CI set it is a failure.

interface Suite {
  readonly name: string
  readonly args: readonly string[]
  /** How to get what it needs, when that is absent. */
  readonly missing?: string
  readonly env?: Readonly<Record<string, string>>
  /** Whether whole shops are opened, which would else build their pages, each for itself. */
  readonly opensShops?: boolean
}

/** One that hangs is ended, so that the others have their turn; Node names the files that it waited for. */
const suiteLimitMs = 900_000
const withoutNats = natsServerIsHere() ? undefined : howToGetNats

export const suites: readonly Suite[] = [
  { name: 'check', args: ['check.ts'] },
  {
    name: 'database',
    args: [
      '--test',
      '--test-reporter=spec',
      '--test-concurrency=2',
      'kit/**/*.db.test.ts',
      'services/**/*.db.test.ts',
      'deploy/**/*.db.test.ts',
    ],
  },
  {
    name: 'broker',
    args: ['--test', '--test-reporter=spec', '--test-concurrency=1', 'kit/*.nats.test.ts'],
    missing: withoutNats,
  },
  {
    name: 'valkey',
    args: ['--test', '--test-reporter=spec', 'services/**/*.valkey.test.ts'],
    missing: valkeyIsHere() ? undefined : howToGetValkey,
  },
  {
    name: 'platform',
    opensShops: true,
    args: ['--test', '--test-reporter=spec', '--test-concurrency=1', 'e2e/*.test.ts'],
  },
  {
    name: 'faults',
    opensShops: true,
    // Each story is told as often as there are points to die at. Two at once take as long as one after the other.
    args: ['--test', '--test-reporter=spec', '--test-concurrency=1', 'e2e/faults/*.test.ts'],
  },
  {
    name: 'storm',
    opensShops: true,
    args: ['--test', '--test-reporter=spec', '--test-concurrency=1', 'e2e/faults/storm/*.test.ts'],
    missing: withoutNats,
  },
  {
    name: 'fleet',
    opensShops: true,
    // What a shopper does must not tell a fleet from one process.
    args: [
      '--test',
      '--test-reporter=spec',
      '--test-concurrency=1',
      'e2e/fleet/*.test.ts',
      'e2e/walk.test.ts',
      'e2e/walk-cards.test.ts',
      'e2e/walk-graph.test.ts',
      'e2e/traces.test.ts',
      'e2e/at-once.test.ts',
      'e2e/webhooks.test.ts',
      'e2e/operations.test.ts',
    ],
    env: { RIALTO_E2E: 'fleet' },
    missing: withoutNats,
  },
  {
    name: 'browser',
    opensShops: true,
    // In one process, so that all walks share one shop and one browser.
    args: ['--test', '--test-reporter=spec', '--test-isolation=none', 'e2e/browser/*.test.ts'],
    missing: findChromium() ? undefined : withoutChromium,
  },
  {
    name: 'alarms',
    opensShops: true,
    args: [
      '--test',
      '--test-reporter=spec',
      '--test-concurrency=1',
      'deploy/prometheus/*.prometheus.test.ts',
    ],
    missing: prometheusIsHere() ? undefined : howToGetPrometheus,
  },
  // Its tools come with its first run; it says so itself where they cannot.
  { name: 'deploy', args: ['deploy/suite.ts'] },
]

if (import.meta.main) await main(process.argv.slice(2))

async function main(wanted: readonly string[]): Promise<void> {
  const chosen = suites.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  if (chosen.length < wanted.length) {
    process.stderr.write(`There is no such suite. Choose of: ${suites.map(({ name }) => name).join(', ')}\n`)
    process.exit(2)
  }
  const postgres = await startThrowawayPostgres()
  let running: ChildProcess | undefined
  let prepared: string | undefined
  const stop = async (code: number) => {
    running?.kill()
    await postgres.stop()
    if (prepared) await rm(prepared, { recursive: true, force: true })
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(1))
  onParentGone(() => stop(1))
  let failures = 0
  if (chosen.some(({ opensShops, missing }) => opensShops && !missing)) {
    await buildPages()
    if (process.platform !== 'win32') {
      prepared = await mkdtemp(join(tmpdir(), 'rialto-prepared-'))
      await prepareData(prepared)
    }
  }
  for (const { name, args, missing, env } of chosen) {
    if (missing) {
      process.stdout.write(`– ${name}: ${missing}\n`)
      if (process.env.CI) failures++
      continue
    }
    running = spawn(process.execPath, args, {
      stdio: 'inherit',
      timeout: suiteLimitMs,
      env: {
        ...process.env,
        ...env,
        RIALTO_TEST_DATABASE_URL: postgres.adminUrl,
        [preparedSetting]: prepared,
      },
    })
    const began = performance.now()
    const code = await ended(running)
    const tookS = Math.round((performance.now() - began) / 1000)
    process.stdout.write(`${code === 0 ? '✔' : '✖'} ${name} ${tookS} s\n`)
    if (code !== 0) failures++
  }
  process.stdout.write(`${chosen.length - failures} passed, ${failures} failed\n`)
  await stop(failures > 0 ? 1 : 0)
}

/** Beside the code, where every shop finds them. */
async function buildPages(): Promise<void> {
  for (const app of ['storefront', 'console']) {
    const building = spawn(process.execPath, [`apps/${app}/build.ts`], {
      stdio: 'inherit',
      env: { ...process.env, NODE_ENV: 'production', ASTRO_TELEMETRY_DISABLED: '1' },
    })
    if ((await ended(building)) !== 0) throw new Error(`The pages of the ${app} could not be built.`)
  }
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}
