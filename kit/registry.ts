import type { NatsConnection } from '@nats-io/transport-node'
import { createRoll, type Instance, type Roll } from './roll.ts'
import { oneOf, Type } from './schema.ts'
import type { Logger } from './telemetry.ts'
import { checker } from './validation.ts'

/** Where the processes of a fleet tell each other that they are there, over NATS. */
export interface Registry extends Pick<Roll, 'urlsOf' | 'live' | 'avoid'> {
  /** Announces this process now and from now on. */
  announce(self: Instance): void
  /** Says goodbye, so that nobody asks this process any more. */
  leave(): Promise<void>
  /** Stops announcing; the connection, and with it what is heard, is the caller's to end. */
  close(): void
}

const subject = 'rialto.instances'
const everyMs = 500

/**
 * Listens for the processes of the fleet once NATS can be reached, and asks those that are there to say so at once.
 * The connection restores itself and what was subscribed.
 */
export function openRegistry(connecting: Promise<NatsConnection>, log: Logger): Registry {
  const roll = createRoll()
  let connection: NatsConnection | undefined
  let self: Instance | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const say = (kind: Told['kind']) => {
    if (!connection || connection.isClosed()) return
    connection.publish(subject, JSON.stringify(self ? { kind, instance: self } : { kind }))
  }
  const hear = ({ kind, instance }: Told) => {
    if (instance && kind === 'gone') roll.left(instance.id)
    else if (instance) roll.heard(instance, Date.now())
    if (kind === 'asks' && self) say('here')
  }
  connecting.then((made) => {
    if (closed) return
    connection = made
    made.subscribe(subject, {
      callback: (error, message) => {
        if (error) return log.warn({ error: String(error) }, 'the registry cannot be heard')
        const told = read(() => message.json())
        if (told) hear(told)
        else log.warn('something on the subject of the registry is no announcement')
      },
    })
    say('asks')
  })
  return {
    announce: (instance) => {
      self = instance
      say('here')
      timer = setInterval(() => say('here'), everyMs)
      timer.unref()
    },
    leave: async () => {
      clearInterval(timer)
      if (!self) return
      say('gone')
      self = undefined
      await connection?.flush().catch(() => {})
    },
    urlsOf: roll.urlsOf,
    live: roll.live,
    avoid: roll.avoid,
    close: () => {
      closed = true
      clearInterval(timer)
    },
  }
}

interface Told {
  readonly kind: 'here' | 'gone' | 'asks'
  readonly instance?: Instance
}

const checkTold = checker(
  Type.Object({
    kind: oneOf(['here', 'gone', 'asks']),
    instance: Type.Optional(
      Type.Object({
        id: Type.String(),
        url: Type.String({ pattern: '^https?://' }),
        version: Type.String(),
        name: Type.Optional(Type.String()),
        services: Type.Record(Type.String(), Type.String()),
      }),
    ),
  }),
)

function read(json: () => unknown): Told | undefined {
  try {
    const told = json()
    checkTold(told)
    return told as Told
  } catch {
    return undefined
  }
}
