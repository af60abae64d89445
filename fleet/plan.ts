import { parseArgs } from 'node:util'
import { isServiceName, type ServiceName, serviceNames } from '../services.ts'

export type MemberName = ServiceName | 'gateway'

/** How many processes of each part. */
export type Replicas = Readonly<Record<MemberName, number>>

export const memberNames: readonly MemberName[] = [...serviceNames, 'gateway']

/** A wrong word on the command line; the message says which and what to give. */
export class WrongArguments extends Error {}

const replicasLimit = 20

/** Reads `--replicas orders=3,inventory=2`; what is not named runs once. */
export function replicasOf(args: readonly string[]): Replicas {
  const { values } = parse(args)
  const replicas: Record<string, number> = Object.fromEntries(memberNames.map((name) => [name, 1]))
  for (const part of (values.replicas ?? '').split(',').filter(Boolean)) {
    const [, name = '', count = ''] = /^([a-z-]+)=(\d+)$/.exec(part.trim()) ?? []
    if (!(isServiceName(name) || name === 'gateway'))
      throw new WrongArguments(`--replicas names ${part}. Give parts such as orders=3; ${known}`)
    if (Number(count) < 1 || Number(count) > replicasLimit)
      throw new WrongArguments(`--replicas ${part}: give 1 to ${replicasLimit}.`)
    replicas[name] = Number(count)
  }
  return replicas as Replicas
}

const known = `there are ${memberNames.join(', ')}.`

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { replicas: { type: 'string' } } })
  } catch (error) {
    throw new WrongArguments(
      `${(error as Error).message} Usage: npm run fleet -- --replicas orders=3,inventory=2`,
    )
  }
}

/** What the embedded PostgreSQL takes, less some for whoever looks into it. */
const connectionsLimit = 180
const connectionsWanted = 12
const connectionsNeeded = 3

/** Connections that each process may have, so that all together stay within the embedded PostgreSQL's limit. */
export function connectionsEach(replicas: Replicas): number {
  const processes = serviceNames.reduce((sum, name) => sum + replicas[name], 0)
  const each = Math.min(connectionsWanted, Math.floor(connectionsLimit / processes))
  if (each < connectionsNeeded)
    throw new WrongArguments(
      `${processes} processes are too many for one embedded PostgreSQL; give at most ${Math.floor(connectionsLimit / connectionsNeeded)}.`,
    )
  return each
}
