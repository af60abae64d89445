import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { headers, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node'
import type { Broker, Refusal } from './broker.ts'
import { decode, encode, envelopeContentType, pack } from './envelope.ts'
import { startHearing, textOf } from './jetstream-hearing.ts'
import {
  ensureTopic,
  makeRoom,
  subjectOf,
  subjectsOf,
  type TopicLimits,
  topicOf,
} from './jetstream-topics.ts'
import type { Message } from './message.ts'
import type { NatsLink } from './nats.ts'
import type { Logger } from './telemetry.ts'
import { traceparentHeader } from './trace.ts'

export interface JetStreamBrokerOptions extends TopicLimits {
  readonly link: NatsLink
  readonly log: Logger
}

const acknowledgeWithinMs = 5_000

/** The carrier between processes: streams of NATS JetStream, which the services make themselves. */
export function createJetStreamBroker({ link, log, ...limits }: JetStreamBrokerOptions): Broker {
  const publish = createPublisher(limits, log)
  const leaving = new Set<() => Promise<void>>()
  return {
    publish: async (messages) => {
      const nats = link.current()
      if (!nats) throw new Error('NATS is away.')
      return publish(nats, messages)
    },
    subscribe: (service, names, hearer) => {
      const stop = startHearing({ service, names, hearer, link, limits, log })
      const leave = async () => {
        leaving.delete(leave)
        await stop()
      }
      leaving.add(leave)
      return leave
    },
    watch: (names, tell, missed = () => {}) => {
      const controller = new AbortController()
      watch(link, names, tell, controller.signal)
      const forget = link.onReturn(missed)
      return () => {
        controller.abort()
        forget()
      }
    },
    close: async () => {
      await Promise.all([...leaving].map((leave) => leave()))
      await link.close()
    },
  }
}

type Publish = (nats: NatsConnection, messages: readonly Message[]) => Promise<readonly Refusal[]>

/** All messages of a batch are in flight together; each is safe when its stream has acknowledged it. */
function createPublisher(limits: TopicLimits, log: Logger): Publish {
  const known = new Set<string>()
  const refused = async (
    manager: JetStreamManager,
    { id, name }: Message,
    error: unknown,
  ): Promise<Refusal> => {
    const topic = topicOf(name)
    // Nobody answered: the stream is not there yet, or not any more.
    if (error instanceof Error && error.name === 'JetStreamNotEnabled') known.delete(topic)
    if (isFull(error)) await room(manager, topic)
    return { id, reason: String(error) }
  }
  const makingRoom = new Map<string, Promise<void>>()
  const room = (manager: JetStreamManager, topic: string) => {
    const present = makingRoom.get(topic)
    if (present) return present
    const made = makeRoom(manager, topic)
      .then((removed) => log.warn({ topic, removed }, 'a stream was full; what all hearers have was removed'))
      .catch((error) => log.warn({ topic, error: String(error) }, 'no room could be made in a full stream'))
      .finally(() => makingRoom.delete(topic))
    makingRoom.set(topic, made)
    return made
  }
  return async (nats, messages) => {
    const stream = jetstream(nats)
    const manager = await jetstreamManager(nats, { checkAPI: false })
    for (const topic of new Set(messages.map(({ name }) => topicOf(name)))) {
      if (known.has(topic)) continue
      await ensureTopic(manager, topic, limits)
      known.add(topic)
    }
    const attempts = messages.map(async (message): Promise<Refusal | undefined> => {
      const { id, name, aggregateId } = message
      try {
        const { payload, packed } = pack(encode(message))
        const options = { msgID: id, timeout: acknowledgeWithinMs, headers: headersOf(packed, message) }
        await stream.publish(subjectOf(name, aggregateId), payload, options)
      } catch (error) {
        return refused(manager, message, error)
      }
    })
    return (await Promise.all(attempts)).filter((refusal) => refusal !== undefined)
  }
}

function headersOf(packed: boolean, { traceparent }: Message): MsgHdrs {
  const made = headers()
  made.set('content-type', envelopeContentType)
  if (traceparent) made.set(traceparentHeader, traceparent)
  if (packed) made.set('content-encoding', 'gzip')
  return made
}

function isFull(error: unknown): boolean {
  return error instanceof Error && /maximum (bytes|messages) exceeded/.test(error.message)
}

async function watch(
  link: NatsLink,
  names: readonly string[],
  tell: (message: Message) => void,
  signal: AbortSignal,
): Promise<void> {
  const nats = await link.first()
  if (signal.aborted) return
  for (const name of names) {
    const subscription = nats.subscribe(subjectsOf(name), {
      callback: (error, message) => {
        if (!error) tellReadable(tell, message)
      },
    })
    signal.addEventListener('abort', () => subscription.unsubscribe())
  }
}

function tellReadable(tell: (message: Message) => void, came: Msg): void {
  let message: Message
  try {
    message = decode(textOf(came))
  } catch {
    // Whoever must not miss it hears it too, and parks it.
    return
  }
  tell(message)
}
