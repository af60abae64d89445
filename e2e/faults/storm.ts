import { parseArgs } from 'node:util'
import { onParentGone } from '@rialto/kit/lifeline'
import { howToGetNats, natsServerIsHere } from '@rialto/kit/nats-testing'
import { raiseStorm } from './storm/raise-storm.ts'
import { reportOf } from './storm/report.ts'

const usage = `Lets people trade in a fleet on this machine while faults strike it, and checks that nothing was lost.

  npm run faults -- --minutes 5 [--seed 42] [--shoppers 8]

  --minutes   how long faults strike, such as 0.5 or 30
  --seed      the same seed gives the same faults at the same times; another one each time by default
  --shoppers  how many buy at once, 8 by default

Ends with 1 when a violation is found; what was wanted of answers and recovery is printed beside what was measured.
Needs nats-server.
`

const longestMinutes = 24 * 60
const mostShoppers = 200

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const wanted = wantedBy(args)
  if (typeof wanted === 'string') {
    process.stderr.write(wanted === '' ? usage : `${wanted}\n\n${usage}`)
    return wanted === '' ? 0 : 2
  }
  if (!natsServerIsHere()) {
    process.stderr.write(`A storm ${howToGetNats}\n`)
    return 1
  }
  const tell = (line: string) => process.stderr.write(`${line} …\n`)
  const storm = await raiseStorm({ ...wanted, tell, signal: interruption() })
  process.stdout.write(`\n${reportOf(storm, wanted)}\n`)
  return storm.violations.length > 0 ? 1 : 0
}

interface Wanted {
  readonly lengthMs: number
  readonly seed: number
  readonly shoppers: number
}

/** What the command line asks for, or what is wrong with it; nothing is wrong with asking for help. */
function wantedBy(args: readonly string[]): Wanted | string {
  const options = {
    minutes: { type: 'string' },
    seed: { type: 'string' },
    shoppers: { type: 'string', default: '8' },
    help: { type: 'boolean' },
  } as const
  try {
    const { values } = parseArgs({ args: [...args], options })
    if (values.help) return ''
    const minutes = Number(values.minutes ?? Number.NaN)
    const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed)
    const shoppers = Number(values.shoppers)
    if (!(minutes > 0 && minutes <= longestMinutes)) return 'Give --minutes, such as --minutes 5.'
    if (!Number.isSafeInteger(seed) || seed < 0) return 'Give a whole number as --seed, such as 42.'
    if (!(Number.isInteger(shoppers) && shoppers >= 1 && shoppers <= mostShoppers))
      return `Give 1 to ${mostShoppers} --shoppers.`
    return { lengthMs: minutes * 60_000, seed, shoppers }
  } catch (error) {
    return (error as Error).message
  }
}

/** The first Ctrl-C ends the storm and checks what there is; a second one ends all at once. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  const interrupt = () => (controller.signal.aborted ? process.exit(1) : controller.abort())
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  onParentGone(interrupt)
  return controller.signal
}
