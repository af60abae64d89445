import { type ConsumerMessages, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { Msg, NatsConnection } from '@nats-io/transport-node'
import type { Hearer, UnreadableMessage } from './broker.ts'
import { decode, unpack } from './envelope.ts'
import {
  ensureHearing,
  ensureTopic,
  signOfLifeWithinMs,
  streamOf,
  type TopicLimits,
  topicOf,
} from './jetstream-topics.ts'
import type { Message } from './message.ts'
import type { NatsLink } from './nats.ts'
import { growingPause } from './pause.ts'
import type { Logger } from './telemetry.ts'

/** Messages that a hearer takes in one transaction. */
const batchSize = 100
/** Fetched ahead by each replica, per event. */
const fetchedAhead = 200
const heartbeatMs = 2_000

export interface Hearing {
  readonly service: string
  readonly names: readonly string[]
  readonly hearer: Hearer
  readonly link: NatsLink
  readonly limits: TopicLimits
  readonly log: Logger
}

/** Hears until it is told to stop: consumers that vanish with their stream or server are made anew. */
export function startHearing(hearing: Hearing): () => Promise<void> {
  const stopping = new AbortController()
  const desk = openDesk(hearing)
  const listening = hearing.names.map((name) => listen(hearing, name, desk.take, stopping.signal))
  return async () => {
    stopping.abort()
    const nats = hearing.link.current()
    // Nothing waits for a connection that never came.
    if (nats) await Promise.all(listening)
    // What is given back now must not come back: the server has to know that nobody listens here.
    await nats?.flush().catch(() => {})
    await desk.close()
  }
}

async function listen(
  { service, link, limits, log }: Hearing,
  event: string,
  take: (message: JsMsg) => void,
  signal: AbortSignal,
): Promise<void> {
  const nats = await link.first()
  const pause = growingPause({ signal })
  while (!signal.aborted) {
    try {
      const messages = await consume(nats, service, event, limits, take)
      pause.reset()
      const stop = () => messages.stop()
      signal.addEventListener('abort', stop)
      if (signal.aborted) stop()
      const error = await messages.closed()
      signal.removeEventListener('abort', stop)
      if (error) throw error
    } catch (error) {
      if (signal.aborted) return
      log.warn({ service, event, error: String(error) }, 'hearing was cut off and begins anew')
      await pause.wait()
    }
  }
}

async function consume(
  nats: NatsConnection,
  service: string,
  event: string,
  limits: TopicLimits,
  callback: (message: JsMsg) => void,
): Promise<ConsumerMessages> {
  const manager = await jetstreamManager(nats, { checkAPI: false })
  await ensureTopic(manager, topicOf(event), limits)
  const name = await ensureHearing(manager, service, event)
  const consumer = await jetstream(nats).consumers.get(streamOf(topicOf(event)), name)
  return consumer.consume({
    max_messages: fetchedAhead,
    idle_heartbeat: heartbeatMs,
    abort_on_missing_resource: true,
    callback,
  })
}

interface Desk {
  readonly take: (message: JsMsg) => void
  /** Finishes the present batch and gives the rest back, for other replicas. */
  close(): Promise<void>
}

/** Collects what arrives while the batch before is stored: the busier it is, the larger the batches. */
function openDesk({ hearer, log, service }: Hearing): Desk {
  const waiting: JsMsg[] = []
  let batch: JsMsg[] = []
  let working: Promise<void> | undefined
  let closed = false
  const work = async () => {
    while (waiting.length > 0 && !closed) {
      batch = waiting.splice(0, batchSize)
      await store(hearer, batch, log, service)
    }
    batch = []
    working = undefined
  }
  const living = setInterval(() => {
    for (const message of [...batch, ...waiting]) message.working()
  }, signOfLifeWithinMs / 3)
  living.unref()
  return {
    take: (message) => {
      if (closed) return message.nak()
      waiting.push(message)
      working ??= work()
    },
    close: async () => {
      closed = true
      for (const message of waiting.splice(0)) message.nak()
      await working
      clearInterval(living)
    },
  }
}

async function store(hearer: Hearer, batch: readonly JsMsg[], log: Logger, service: string): Promise<void> {
  const letters = batch.map(read)
  try {
    for (const letter of letters) if ('raw' in letter) await hearer.park(letter)
    const messages = letters.filter((letter): letter is Message => !('raw' in letter))
    if (messages.length > 0) await hearer.deliver(messages)
    for (const message of batch) message.ack()
  } catch (error) {
    log.warn({ service, error: String(error), messages: batch.length }, 'events could not be stored')
    for (const message of batch) message.nak(pauseMs(message.info.deliveryCount))
  }
}

/** Before a message is handed over again: 0.25 s, 0.5 s, 1 s, … up to 30 s. */
function pauseMs(attempts: number): number {
  return Math.min(250 * 2 ** (attempts - 1), 30_000)
}

/** What a message says, unpacked. */
export function textOf({ headers, data }: Pick<Msg, 'headers' | 'data'>): string {
  return headers?.get('content-encoding') === 'gzip' ? unpack(data) : Buffer.from(data).toString()
}

function read(message: JsMsg): Message | UnreadableMessage {
  const raw = Buffer.from(message.data).toString()
  const address = message.subject.split('.')
  const name = address.slice(1, -1).join('.')
  const about = { name, aggregateId: address.at(-1) as string, raw }
  try {
    const decoded = decode(textOf(message))
    return decoded.name === name ? decoded : { ...about, reason: 'Its type is not that of its subject.' }
  } catch (error) {
    return { ...about, reason: error instanceof Error ? error.message : String(error) }
  }
}
