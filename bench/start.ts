import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { testDatabases } from '@rialto/kit/postgres'
import { run } from './peers/processes.ts'
import { rialto } from './peers/rialto.ts'
import { machine, print, spread } from './report.ts'

// node launch.mjs bench/start.ts [--rounds 20]: the whole shop, built, from the start of its process to its first list of
// products, beside a PostgreSQL that is there with its tables. The comparison measures its cold starts the same way.

/** The first one makes the tables, and keeps what V8 compiles. */
const warmUps = 2

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } })
const folder = await mkdtemp(join(tmpdir(), 'rialto-bench-'))
const log = join(folder, 'log')
const postgres = await testDatabases()
try {
  await run({ name: 'npm run build', args: ['build.ts'], cwd: join(import.meta.dirname, '..'), log })
  const size = { products: 0, historyOrders: 0 }
  const shop = rialto({ folder, postgres, log, size, tell: () => {} })
  const seconds: number[] = []
  for (let round = -warmUps; round < Number(values.rounds); round++) {
    const running = await shop.start()
    await running.stop()
    if (round >= 0) seconds.push(running.coldStartSeconds)
  }
  print(`${machine}; ${seconds.length} starts, seconds to the first answer: ${spread(seconds)}`)
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
