import type { Member } from '../../../fleet/member.ts'
import { postgresPid } from '../../shop.ts'
import type { Kind } from './forecast.ts'
import type { Ground } from './ground.ts'
import type { Link } from './link.ts'
import type { Postman } from './postman.ts'
import type { Random } from './random.ts'
import type { Told } from './told.ts'
import { notifyAgain } from './webhooks.ts'

/** Ends a fault that lasts. */
export type End = () => Promise<void> | void

export interface Fault extends Kind {
  /** Strikes, and answers with what ends it. Undefined where there is nothing to strike just now. */
  readonly strike: (scene: Scene, random: Random) => Promise<End | undefined> | End | undefined
}

/** All that a fault may lay hands on. */
export interface Scene extends Ground {
  readonly postman: Postman
  readonly told: Told
}

/** One at a time: what has been ended cannot be ended again. */
const carrier = { name: 'NATS', restMs: 8_000 }

/** Who runs it starts it again; not more often than three times a minute, which says that something is wrong with it. */
const databaseServer = { name: 'PostgreSQL', restMs: 21_000 }

const slowMs = { from: 50, to: 400 }
const cutShares: readonly [number, ...number[]] = [0.3, 1]

const over: End = () => {}

/**
 * Where more of the places are empty already, nobody else is killed: a machine that starts processes more slowly than
 * they are killed has no shop after a while, and whoever asks a shop that is not there learns nothing about it.
 */
const emptyLimit = 3

export const instanceKilled: Fault = {
  name: 'an instance killed (kill -9)',
  strike: ({ fleet }, random) => {
    if (fleet.members.length - alive(fleet.members).length >= emptyLimit) return undefined
    const victim = random.pick(alive(fleet.members))
    return victim && signal(victim.pid, 'SIGKILL') ? over : undefined
  },
}

const instanceFrozen: Fault = {
  name: 'an instance frozen, and thawed again',
  strike: ({ fleet }, random) => {
    const { pid } = random.pick(alive(fleet.members)) ?? {}
    if (!signal(pid, 'SIGSTOP')) return undefined
    return () => {
      signal(pid, 'SIGCONT')
    }
  },
}

const eventsAgain: Fault = {
  name: 'events brought again, late and out of order',
  strike: ({ postman }, random) => (postman.bringAgain(random) > 0 ? over : undefined),
}

const checkoutsNotified = 10

const webhooksAgain: Fault = {
  name: 'payment webhooks repeated, early, late and out of order',
  strike: ({ shop, webhookSecret: secret, told }, random) => {
    const references = told.purchases
      .slice(-checkoutsNotified)
      .flatMap(({ first }) => (first && 'checkoutId' in first.answer ? [first.answer.checkoutId] : []))
    if (references.length === 0) return undefined
    const sending = notifyAgain({ shop, secret, references, random })
    return () => sending
  },
}

export const others: readonly Fault[] = [
  instanceFrozen,
  eventsAgain,
  webhooksAgain,
  natsEnded('NATS killed, and started again', 'SIGKILL'),
  natsEnded('NATS ended in order, and started again', 'SIGTERM'),
  natsFrozen(),
  postgresEnded('PostgreSQL restarted (fast)', 'SIGINT'),
  postgresEnded('PostgreSQL restarted (immediate)', 'SIGQUIT'),
  postgresEnded('PostgreSQL killed (kill -9)', 'SIGKILL'),
  ...onLinks('databases', 'connections to a database'),
  ...onLinks('nats', 'connections to NATS'),
  ...onLinks('calls', 'calls to a service'),
]

function natsEnded(name: string, how: 'SIGKILL' | 'SIGTERM'): Fault {
  return {
    name,
    family: carrier,
    strike: async ({ nats }) => {
      await nats.stop(how)
      return nats.start
    },
  }
}

function natsFrozen(): Fault {
  return {
    name: 'NATS frozen, and thawed again',
    family: carrier,
    strike: ({ nats }) => {
      nats.freeze()
      return nats.thaw
    },
  }
}

function postgresEnded(name: string, how: NodeJS.Signals): Fault {
  return {
    name,
    family: databaseServer,
    strike: ({ dataDir }) => (signal(postgresPid(dataDir), how) ? over : undefined),
  }
}

function onLinks(which: keyof Ground['links'], what: string): Fault[] {
  const onOne = (name: string, act: (link: Link, random: Random) => void): Fault => ({
    name: `${what} ${name}`,
    strike: ({ links }, random) => {
      const link = random.pick(links[which].filter(({ connections }) => connections > 0))
      if (!link) return undefined
      act(link, random)
      return link.heal
    },
  })
  return [
    onOne('cut', (link, random) => link.cut(random.pick(cutShares), random)),
    onOne('slowed', (link, random) => link.slow(random.between(slowMs.from, slowMs.to))),
    onOne('silent, then let through', (link) => link.silence()),
  ]
}

function alive(members: readonly Member[]): Member[] {
  return members.filter(({ url }) => url !== undefined)
}

/** False when there is no such process any more. */
function signal(pid: number | undefined, name: NodeJS.Signals): boolean {
  if (pid === undefined) return false
  try {
    return process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}
