import { parseArgs } from 'node:util'
import { type DeadLetter, messageOperations, type WaitingMessage } from '@rialto/kit/message-operations'
import { type ApiCall, ApiProblem, every } from '@rialto/sdk'
import { runCommand, shopUrl, signInStaff } from './command.ts'

const usage = `Shows the messages that a running shop could not handle, and decides about them.

  npm run messages -- list             what was given up, of every service
  npm run messages -- waiting          what failed, or waits for the broker, and is tried again
  npm run messages -- show ID          one message with its data
  npm run messages -- replay ID…       let the service try again
  npm run messages -- replay --all     all that were given up
  npm run messages -- drop ID…         give them up for good; they never take effect

  [--service orders] [--url http://localhost:3000]

Signs in as RIALTO_ADMIN_EMAIL with RIALTO_ADMIN_PASSWORD (the demo's staff by default), who needs the
permission \`operations\`.
`

interface Command {
  readonly call: ApiCall
  readonly services: readonly string[]
  readonly ids: readonly string[]
  readonly all: boolean
}

const commands: Readonly<Record<string, (command: Command) => Promise<number>>> = {
  list: ({ call, services }) => print(services, (service) => everyDeadLetter(call, service)),
  waiting: ({ call, services }) => print(services, (service) => everyWaiting(call, service)),
  show,
  replay: (command) =>
    decide(command, 'replayed', (call, service, id) =>
      call(messageOperations(service).replayDeadLetter, { id }),
    ),
  drop: (command) =>
    decide(command, 'dropped', (call, service, id) =>
      call(messageOperations(service).dropDeadLetter, { id }),
    ),
}

/** Of an event that waits although nobody refused it. */
const notTaken = 'The broker has not taken it.'

await runCommand(main)

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      service: { type: 'string' },
      url: { type: 'string' },
      all: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  })
  const [name = '', ...ids] = positionals
  const command = commands[name]
  const needsIds = name === 'show' || name === 'drop' || (name === 'replay' && !values.all)
  if (values.help || !command || (needsIds && ids.length === 0)) {
    process.stderr.write(usage)
    return values.help ? 0 : 2
  }
  const url = shopUrl(values.url)
  const known = await servicesAt(url)
  if (values.service !== undefined && !known.includes(values.service)) {
    process.stderr.write(`There is no service ${values.service}. Choose of: ${known.join(', ')}\n`)
    return 2
  }
  const call = await signInStaff(url)
  const services = values.service === undefined ? known : [values.service]
  return command({ call, services, ids, all: values.all })
}

/** The services that the shop says it has. */
async function servicesAt(url: string): Promise<string[]> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, unknown> }
  return Object.keys(paths).flatMap((path) => /^\/api\/([^/]+)\/dead-letters$/.exec(path)?.[1] ?? [])
}

function everyDeadLetter(call: ApiCall, service: string): AsyncGenerator<DeadLetter> {
  const { listDeadLetters } = messageOperations(service)
  return every(call, listDeadLetters, { limit: 100 })
}

function everyWaiting(call: ApiCall, service: string): AsyncGenerator<WaitingMessage> {
  const { listWaitingMessages } = messageOperations(service)
  return every(call, listWaitingMessages, { limit: 100 })
}

async function print(
  services: readonly string[],
  messagesOf: (service: string) => AsyncIterable<DeadLetter | WaitingMessage>,
): Promise<number> {
  let count = 0
  for (const service of services) {
    for await (const message of messagesOf(service)) {
      const { id, kind, name, aggregateId, attempts, lastError = notTaken } = message
      const due = 'dueAt' in message ? `, again at ${message.dueAt}` : ''
      process.stdout.write(
        `${service}  ${id}  ${kind} ${name} of ${aggregateId}, ${attempts} attempts${due}\n    ${lastError.split('\n', 1)[0]}\n`,
      )
      count++
    }
  }
  process.stdout.write(count === 0 ? 'None.\n' : `${count} in all.\n`)
  return 0
}

async function show({ call, services, ids }: Command): Promise<number> {
  return forEach(services, ids, async (service, id) => {
    const letter = await call(messageOperations(service).getDeadLetter, { id })
    process.stdout.write(`${JSON.stringify({ service, ...letter }, null, 2)}\n`)
  })
}

async function decide(
  { call, services, ids, all }: Command,
  done: string,
  act: (call: ApiCall, service: string, id: string) => Promise<unknown>,
): Promise<number> {
  const one = async (service: string, id: string) => {
    await act(call, service, id)
    process.stdout.write(`${service}  ${id}  ${done}\n`)
  }
  if (!all) return forEach(services, ids, one)
  let refused = 0
  for (const service of services) {
    for await (const { id } of everyDeadLetter(call, service)) {
      try {
        await one(service, id)
      } catch (error) {
        if (!(error instanceof ApiProblem && error.code === 'conflict')) throw error
        refused++
        process.stderr.write(`${service}  ${id}  ${error.message}\n`)
      }
    }
  }
  return refused > 0 ? 1 : 0
}

/** A message may be a dead letter of several services: each of them is asked for it. */
async function forEach(
  services: readonly string[],
  ids: readonly string[],
  act: (service: string, id: string) => Promise<void>,
): Promise<number> {
  let missing = 0
  for (const id of ids) {
    let found = false
    for (const service of services) {
      try {
        await act(service, id)
        found = true
      } catch (error) {
        if (!(error instanceof ApiProblem && error.code === 'not-found')) throw error
      }
    }
    if (found) continue
    missing++
    process.stderr.write(`${id} is no dead letter of ${services.join(', ')}.\n`)
  }
  return missing > 0 ? 1 : 0
}
