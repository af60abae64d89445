import { onParentGone } from '@rialto/kit/lifeline'
import { loadDemo } from './demo.ts'
import { type Fleet, Missing, openFleet } from './fleet/open-fleet.ts'
import { replicasOf, WrongArguments } from './fleet/plan.ts'
import { explainStart, greeting } from './greeting.ts'

const drainLimitMs = 10_000

await main()

/** npm run fleet [-- --replicas orders=3,inventory=2]: the shop as processes of its services, on this machine. */
async function main(): Promise<void> {
  const began = performance.now()
  const starting = start()
  stopOnSignals(starting)
  try {
    const fleet = await starting
    const { url, settings } = fleet
    if (settings.RIALTO_DEMO) await loadDemo(fleet, tell)
    process.stdout.write(greeting(url, settings, performance.now() - began) + table(fleet))
  } catch (error) {
    const isPlain = error instanceof Missing || error instanceof WrongArguments
    process.stderr.write(isPlain ? `${error.message}\n` : `\nRialto did not start. ${explainStart(error)}\n`)
    process.exitCode = 1
    await starting.then((fleet) => fleet.stop()).catch(() => {})
    process.exit()
  }
}

async function start(): Promise<Fleet> {
  const replicas = replicasOf(process.argv.slice(2))
  return openFleet({ environment: process.env, replicas, tell })
}

function tell(step: string): void {
  process.stdout.write(`${step} …\n`)
}

function table({ members }: Fleet): string {
  const rows = members.map(
    ({ name, number, pid, url }) =>
      `  ${`${name} ${number}`.padEnd(18)} ${String(pid).padStart(8)}   ${url}\n`,
  )
  return `\n  ${'Process'.padEnd(18)} ${'pid'.padStart(8)}   Address\n${rows.join('')}`
}

/** The first signal drains, a second one ends at once. SIGUSR2 replaces all processes, one after the other. */
function stopOnSignals(starting: Promise<Fleet>): void {
  let stopping = false
  const stop = async () => {
    if (stopping) return process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), drainLimitMs).unref()
    await starting.then((fleet) => fleet.stop()).catch(() => {})
    process.exit()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  onParentGone(stop)
  process.on('SIGUSR2', () => {
    tell('Replacing all processes')
    starting
      .then((fleet) => fleet.replaceAll())
      .then(
        () => process.stdout.write('All processes are replaced.\n'),
        (error: Error) => process.stderr.write(`Not all processes are replaced: ${error.message}\n`),
      )
  })
}
