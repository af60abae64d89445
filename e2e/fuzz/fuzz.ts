import { parseArgs } from 'node:util'
import { runFuzz } from './run-fuzz.ts'
import { openFuzzShop } from './shop.ts'

// npm run fuzz [-- --requests 100000 --seed 1]: whatever is sent, the shop answers; what it must not answer is told.

const { requests, seed } = given()
const began = performance.now()
const shop = await openFuzzShop()
try {
  process.stdout.write(`${requests} requests, seed ${seed}\n`)
  const report = await runFuzz({ shop, requests, seed, tell })
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  process.stdout.write(`\n${report.requests} requests to ${report.operations} operations in ${seconds} s\n`)
  for (const [status, count] of [...report.statuses].sort(([one], [two]) => one - two))
    process.stdout.write(`  ${status}  ${String(count).padStart(8)}\n`)
  for (const fault of report.faults) process.stdout.write(`\n${fault}\n`)
  process.stdout.write(`\n${report.faults.length} faults\n`)
  process.exitCode = report.faults.length > 0 ? 1 : 0
} finally {
  await shop.close()
}

function tell(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${text}`)
  else if (/0000 /.test(text)) process.stdout.write(`${text}\n`)
}

function given(): { requests: number; seed: number } {
  const { values } = parseArgs({ options: { requests: { type: 'string' }, seed: { type: 'string' } } })
  const [asked, chosen] = [Number(values.requests ?? 10_000), Number(values.seed ?? Date.now() % 1_000_000)]
  if (Number.isInteger(asked) && asked >= 1 && asked <= 10_000_000 && Number.isInteger(chosen))
    return { requests: asked, seed: chosen }
  process.stderr.write('Give --requests from 1 to 10000000, and --seed as a whole number.\n')
  process.exit(2)
}
