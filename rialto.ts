import { setFlagsFromString } from 'node:v8'
import { onParentGone } from '@rialto/kit/lifeline'
import { toggleDebug } from '@rialto/kit/log-level'
import { demoAccounts } from './demo-accounts.ts'
import { explainStart, greeting } from './greeting.ts'
import { everything, type Parts, type Platform, startPlatform } from './platform.ts'
import { isFolder } from './service-folder.ts'
import { isServiceName, serviceNames } from './services.ts'

const drainLimitMs = 5_000
/**
 * By how much of what is needed the heap may grow before V8 looks for what is no longer needed. By itself it waits for
 * several times as much where the machine has much memory, and holds far more than it needs.
 */
const heapGrowth = '--heap-growing-percent=40'

const usage = `node rialto.ts [NAME …] runs the parts of that name, without any name all of them in this process.
The names are gateway, ${serviceNames.join(', ')}; everything is all of them.
A folder, such as ../loyalty, runs the service in it.
`

await main()

async function main(): Promise<void> {
  const began = performance.now()
  const parts = partsOf(process.argv.slice(2))
  if (!parts) {
    process.stderr.write(usage)
    process.exit(2)
  }
  const environment =
    process.env.NODE_ENV === 'production' ? process.env : { ...demoAccounts, ...process.env }
  const starting = startPlatform({ environment, parts, tell })
  const signals = stopOnSignals(starting)
  try {
    const platform = await starting
    setFlagsFromString(heapGrowth)
    if (parts.services === everything.services) await openShop(platform, began)
    else report(parts, platform)
  } catch (error) {
    // Who ends it meanwhile makes what is under way fail, which is no failure to start.
    if (signals.stopping) return
    process.stderr.write(`\nRialto did not start. ${explainStart(error)}\n`)
    process.exitCode = 1
    await starting.then((platform) => platform.stop({ atOnce: true })).catch(() => {})
    process.exit()
  }
}

/** Undefined when a name is none. */
function partsOf(names: readonly string[]): Parts | undefined {
  const folders = names.filter(isFolder)
  const words = new Set(names.filter((name) => !isFolder(name)))
  if (names.length === 0 || words.delete('everything')) return { ...everything, folders }
  const gateway = words.delete('gateway')
  const services = [...words].filter(isServiceName)
  return services.length === words.size ? { services, folders, gateway } : undefined
}

function tell(step: string): void {
  process.stdout.write(`${step} …\n`)
}

async function openShop(platform: Platform, began: number): Promise<void> {
  const { url, settings } = platform
  if (settings.RIALTO_DEMO) await (await import('./demo.ts')).loadDemo(platform, tell)
  process.stdout.write(greeting(url, settings, performance.now() - began))
}

/** For the terminal, and for the runner of the fleet that waits for it. */
function report({ gateway }: Parts, { url, mounted }: Platform): void {
  const services = mounted.map(({ service }) => service.contract.name)
  process.stdout.write(`Open: ${[...(gateway ? ['gateway'] : []), ...services].join(', ')} at ${url}\n`)
  process.send?.({ url })
}

/** The first signal drains, a second one ends at once; a drain that hangs is ended too. */
function stopOnSignals(starting: Promise<Platform>): { readonly stopping: boolean } {
  let stopping = false
  const stop = async (how: { atOnce?: boolean } = {}) => {
    if (stopping) return process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), drainLimitMs).unref()
    await starting.then((platform) => platform.stop(how)).catch(() => {})
    process.exit()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop())
  // The runner of a fleet ends all of it: then nobody is left who could go elsewhere.
  process.on('message', (told) => told === 'stop' && !stopping && stop({ atOnce: true }))
  onParentGone(() => stop({ atOnce: true }))
  process.on('SIGUSR2', () =>
    process.stderr.write(`The log now tells ${toggleDebug()} and what is graver.\n`),
  )
  return {
    get stopping() {
      return stopping
    },
  }
}
