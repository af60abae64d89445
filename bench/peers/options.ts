import { parseArgs } from 'node:util'
import { type PlatformName, platformNames, type Size } from './platform.ts'
import { familyOf, type Work, workNames, works } from './works.ts'

export interface Options {
  readonly rounds: number
  readonly seconds: number
  readonly only: readonly PlatformName[]
  readonly works: readonly Work[]
  readonly size: Size
  readonly write: boolean
}

export const usage = `npm run bench -- --peers compares Rialto with Medusa and Vendure on this machine.

  --rounds   how often each one takes its turn, 5 by default
  --seconds  how long each kind of work lasts, 3 by default
  --only     some of ${platformNames.join(',')}
  --work     some of ${workNames.join(',')}
  --products how many products each one sells, 1000 by default; fewer are sooner seeded
  --history  how many orders the customer with the long history has, 1000 by default
  --write    also writes bench/results/peers.json, the tables into docs/performance.md and the chart beside it

Needs redis-server, for Medusa. What is installed lies in .rialto/peers.
`

/** What the command line asks for. Throws what is wrong with it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      peers: { type: 'boolean' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      only: { type: 'string', default: platformNames.join(',') },
      work: { type: 'string', default: workNames.join(',') },
      products: { type: 'string', default: '1000' },
      history: { type: 'string', default: '1000' },
      write: { type: 'boolean', default: false },
    },
  })
  const names = values.work.split(',')
  known('--work', names, workNames)
  return {
    rounds: between('--rounds', values.rounds, 1, 100),
    seconds: between('--seconds', values.seconds, 0.5, 600),
    only: known('--only', values.only.split(','), platformNames) as PlatformName[],
    works: works.filter(({ name }) => names.includes(familyOf(name))),
    size: {
      products: between('--products', values.products, 10, 100_000),
      historyOrders: between('--history', values.history, 2, 100_000),
    },
    write: values.write,
  }
}

function between(name: string, given: string, least: number, most: number): number {
  const figure = Number(given)
  if (figure >= least && figure <= most) return figure
  throw new Error(`Give ${name} from ${least} to ${most}, such as ${name} ${least * 2}.`)
}

function known(name: string, given: readonly string[], all: readonly string[]): readonly string[] {
  const strange = given.filter((word) => !all.includes(word))
  if (strange.length === 0) return given
  throw new Error(`${name} does not know ${strange.join(', ')}. Give some of ${all.join(',')}.`)
}
