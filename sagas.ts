import { parseArgs } from 'node:util'
import { orders, type Saga, type SagaDetails } from '@rialto/orders/contract'
import { type ApiCall, ApiProblem, every } from '@rialto/sdk'
import { runCommand, shopUrl, signInStaff } from './command.ts'
import { ageMs, durationMs, inBrief, inFull } from './saga-text.ts'

const usage = `Shows checkouts, cancellations and refunds that get no further in a running shop, and decides about them.

  npm run sagas -- list                what is stuck, then what waits
  npm run sagas -- show ID…            steps, times, attempts, why it waits, what can be done
  npm run sagas -- retry ID…           try the present step at once
  npm run sagas -- skip ID… --outcome approved|declined --note TEXT
                                       tell what became of the money, after a look into the gateway's back office
  npm run sagas -- compensate ID…      give up a checkout that is no order yet; all is given back

  list: [--state running|waiting|stuck|done|failed] [--kind checkout|cancellation|refund]
        [--older-than 90s|30m|2h|1d]   at its step for at least so long
  retry, compensate: [--note TEXT]     kept with who did it, as for skip; no personal data
  [--url http://localhost:3000]

Signs in as RIALTO_ADMIN_EMAIL with RIALTO_ADMIN_PASSWORD (the demo's staff by default), who needs the
permission \`operations\`.
`

interface Command {
  readonly call: ApiCall
  readonly ids: readonly string[]
  readonly state?: string
  readonly kind?: string
  readonly olderThanMs: number
  readonly outcome?: string
  readonly note?: string
}

const commands: Readonly<Record<string, (command: Command) => Promise<number>>> = {
  list,
  show: (command) =>
    forEach(command, async ({ call }, id) => inFull(await call(orders.getSaga, { id }), new Date())),
  retry: decide(({ call, note }, id) => call(orders.retrySaga, { id, note })),
  skip: decide(({ call, outcome, note = '' }, id) =>
    call(orders.skipSaga, { id, outcome: outcome as 'approved' | 'declined', note }),
  ),
  compensate: decide(({ call, note }, id) => call(orders.compensateSaga, { id, note })),
}

await runCommand(main)

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      state: { type: 'string' },
      kind: { type: 'string' },
      'older-than': { type: 'string', default: '0s' },
      outcome: { type: 'string' },
      note: { type: 'string' },
      url: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const { state, kind, outcome, note } = values
  const [name = '', ...ids] = positionals
  const command = commands[name]
  const olderThanMs = durationMs(values['older-than'])
  const lacksWords = name === 'skip' && !(outcome && note)
  const isComplete = (name === 'list') === (ids.length === 0) && !lacksWords
  if (values.help || !command || olderThanMs === undefined || !isComplete) {
    process.stderr.write(usage)
    return values.help ? 0 : 2
  }
  const call = await signInStaff(shopUrl(values.url))
  return command({ call, ids, state, kind, olderThanMs, outcome, note })
}

async function list({ call, state, kind, olderThanMs }: Command): Promise<number> {
  let count = 0
  for (const each of state === undefined ? ['stuck', 'waiting'] : [state]) {
    for await (const saga of every(call, orders.listSagas, listing(each, kind))) {
      const now = new Date()
      if (ageMs(saga, now) < olderThanMs) continue
      process.stdout.write(inBrief(saga, now))
      count++
    }
  }
  process.stdout.write(count === 0 ? 'None.\n' : `${count} in all.\n`)
  return 0
}

/** States and kinds are the shop's to know: it refuses what is none, and names those that are. */
function listing(state: string, kind: string | undefined) {
  return { state: state as Saga['state'], kind: kind as Saga['kind'] | undefined, limit: 100 }
}

function decide(act: (command: Command, id: string) => Promise<SagaDetails>) {
  return (command: Command) =>
    forEach(command, async (given, id) => inBrief(await act(given, id), new Date()))
}

/** What is refused for one says why, and keeps nothing from the others. */
async function forEach(
  command: Command,
  work: (command: Command, id: string) => Promise<string>,
): Promise<number> {
  let refused = 0
  for (const id of command.ids) {
    try {
      process.stdout.write(await work(command, id))
    } catch (error) {
      if (!(error instanceof ApiProblem && (error.status === 404 || error.status === 409))) throw error
      refused++
      process.stderr.write(`${id}  ${error.message}\n`)
    }
  }
  return refused > 0 ? 1 : 0
}
