import { onParentGone } from '@rialto/kit/lifeline'
import { WrongSettings } from '@rialto/kit/settings'
import { demoAccounts, loadDemo } from './demo.ts'
import { type Platform, startPlatform } from './platform.ts'

const drainMs = 5_000

await main()

async function main(): Promise<void> {
  const began = performance.now()
  const environment =
    process.env.NODE_ENV === 'production' ? process.env : { ...demoAccounts, ...process.env }
  const starting = startPlatform({ environment, tell })
  stopOnSignals(starting)
  try {
    const platform = await starting
    if (platform.settings.RIALTO_DEMO) await loadDemo(platform, tell)
    greet(platform, performance.now() - began)
  } catch (error) {
    process.stderr.write(
      `\nRialto did not start. ${error instanceof WrongSettings ? error.message : explain(error)}\n`,
    )
    process.exitCode = 1
    await starting.then((platform) => platform.stop()).catch(() => {})
    process.exit()
  }
}

function tell(step: string): void {
  process.stdout.write(`${step} …\n`)
}

function greet({ url, settings }: Platform, tookMs: number): void {
  const accounts = settings.RIALTO_DEMO && settings.NODE_ENV !== 'production' ? accountsText(url) : ''
  process.stdout.write(`
Rialto is open after ${(tookMs / 1000).toFixed(1)} s.

  Shop       ${url}
  API        ${url}/api      reference: ${url}/docs      OpenAPI: ${url}/openapi.json
${accounts}
Stop it with Ctrl-C.
`)
}

function accountsText(url: string): string {
  return `  Mail       ${url}/inbox

  Customer   ${demoAccounts.customerEmail} / ${demoAccounts.customerPassword}
  Staff      ${demoAccounts.RIALTO_ADMIN_EMAIL} / ${demoAccounts.RIALTO_ADMIN_PASSWORD}
  Coupons    WELCOME10 (10 %), FREESHIP (free delivery)
  Cards      4242 4242 4242 4242 approved · 4000 0000 0000 0002 declined
             4000 0000 0000 3220 3-D Secure · 4000 0000 0000 0119 timeout
`
}

/** The first signal drains, a second one ends at once; a drain that hangs is ended too. */
function stopOnSignals(starting: Promise<Platform>): void {
  let stopping = false
  const stop = async () => {
    if (stopping) return process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), drainMs).unref()
    await starting.then((platform) => platform.stop()).catch(() => {})
    process.exit()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  onParentGone(stop)
}

function explain(error: unknown): string {
  const { code, message, stack } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return `The port is in use. Stop the other program, or choose another: PORT=3001 npm start`
  if (code === 'EACCES')
    return `Not permitted: ${message}. Choose a port above 1023, or a folder you may write with RIALTO_DATA.`
  return process.env.LOG_LEVEL === 'debug' ? (stack ?? message) : message
}
