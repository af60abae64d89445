import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'

// One stream per topic, the first word of an event's name, so that an import of products never takes the room
// of orders. One durable consumer per hearing service and event, shared by the service's replicas: it is all
// that nats-server 2.9 can filter by, and a hearer that hangs holds up one kind of event only.

export interface TopicLimits {
  readonly replicas?: number
  readonly maxMebibytes?: number
}

const days = 24 * 3_600_000

/** How long a hearer may be away before it loses messages. Less than records of heard messages are kept. */
const keptMs = 7 * days
/** A message that is published twice within it is stored once; later, the hearer's record recognises it. */
const repeatWindowMs = 120_000
/** Handed to a hearer that gave no sign of life for so long: it died, and another replica gets the message. */
export const signOfLifeWithinMs = 5_000
/** Handed to all replicas of a hearer together and not yet acknowledged. */
const maxUnacknowledged = 1_000
const maxMessageBytes = 8 * 1024 * 1024

/** `order.placed` is of the topic `order`. */
export function topicOf(event: string): string {
  return event.split('.', 1)[0] as string
}

export function streamOf(topic: string): string {
  return `rialto-${topic}`
}

/** Where a message is published: `rialto.order.placed.ord_01h…`. */
export function subjectOf(event: string, aggregateId: string): string {
  return `rialto.${event}.${aggregateId.replace(/[^\w-]/g, '_') || '_'}`
}

/** Every aggregate's messages of one event. */
export function subjectsOf(event: string): string {
  return `rialto.${event}.*`
}

/** Makes the stream of a topic, or brings its settings up to date. Replicas may do so at the same time. */
export async function ensureTopic(
  { streams }: JetStreamManager,
  topic: string,
  { replicas, maxMebibytes = 256 }: TopicLimits,
): Promise<void> {
  const wanted = {
    subjects: [`rialto.${topic}.>`],
    max_age: nanos(keptMs),
    max_bytes: maxMebibytes * 1024 * 1024,
    max_msg_size: maxMessageBytes,
    max_consumers: -1,
    // A full stream refuses: what it holds may be unheard, and what it refuses waits in an outbox.
    discard: DiscardPolicy.New,
    duplicate_window: nanos(repeatWindowMs),
    ...(replicas !== undefined && { num_replicas: replicas }),
  } satisfies Partial<StreamConfig>
  const name = streamOf(topic)
  const found = await streams.info(name).catch(unlessMissing)
  if (!found) {
    const fixed = { retention: RetentionPolicy.Limits, storage: StorageType.File }
    // Another replica may have made it meanwhile, with other settings.
    await streams.add({ name, ...fixed, ...wanted }).catch(unlessThere(() => streams.update(name, wanted)))
  } else if (differs(found.config, wanted)) await streams.update(name, wanted)
}

/** Makes the durable consumer by which all replicas of a service hear an event, and tells its name. */
export async function ensureHearing(
  { consumers }: JetStreamManager,
  service: string,
  event: string,
): Promise<string> {
  const stream = streamOf(topicOf(event))
  const name = `${service}-on-${event.replaceAll('.', '-')}`
  const wanted = {
    ack_wait: nanos(signOfLifeWithinMs),
    max_ack_pending: maxUnacknowledged,
    // A hearer that cannot store is asked again until it can; what it cannot handle is its inbox's affair.
    max_deliver: -1,
    inactive_threshold: nanos(keptMs),
  } satisfies Partial<ConsumerConfig>
  const found = await consumers.info(stream, name).catch(unlessMissing)
  if (!found) {
    const fixed = {
      durable_name: name,
      filter_subject: subjectsOf(event),
      ack_policy: AckPolicy.Explicit,
      // Services of a new shop start in any order: what was said before a hearer came is for it, too.
      deliver_policy: DeliverPolicy.All,
    }
    const update = () => consumers.update(stream, name, wanted)
    await consumers.add(stream, { ...fixed, ...wanted }).catch(unlessThere(update))
  } else if (differs(found.config, wanted)) await consumers.update(stream, name, wanted)
  return name
}

/** Removed from a full stream at one go, and of those at the same time. */
const roomLimit = 10_000
const removedAtOnce = 100

/**
 * Makes room in a full stream: removes the oldest messages that every hearer of them has acknowledged. Tells
 * how many. One by one, as nats-server 2.9 forgets what waits to be handed over again when it purges.
 */
export async function makeRoom({ streams, consumers }: JetStreamManager, topic: string): Promise<number> {
  const stream = streamOf(topic)
  const { state } = await streams.info(stream)
  let heard = state.last_seq
  for await (const { config, ack_floor } of consumers.list(stream)) {
    const after = { seq: ack_floor.stream_seq + 1, next_by_subj: config.filter_subject }
    const unheard = await streams.getMessage(stream, after)
    if (unheard) heard = Math.min(heard, unheard.seq - 1)
  }
  const last = Math.min(heard, state.first_seq + roomLimit - 1)
  for (let first = state.first_seq; first <= last; first += removedAtOnce) {
    const count = Math.min(removedAtOnce, last - first + 1)
    // Another replica may be making room, too.
    const remove = (_: unknown, index: number) =>
      streams.deleteMessage(stream, first + index, false).catch(() => false)
    await Promise.all(Array.from({ length: count }, remove))
  }
  return Math.max(0, last - state.first_seq + 1)
}

/** Another replica was faster: its settings become ours. Where nothing is there, the first failure is the reason. */
function unlessThere(update: () => Promise<unknown>) {
  return (cause: unknown) =>
    update().catch((error) => {
      throw isMissing(error) ? cause : error
    })
}

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}

function isMissing(error: unknown): boolean {
  const { StreamNotFound, ConsumerNotFound } = JetStreamApiCodes
  return (
    error instanceof JetStreamApiError && [StreamNotFound, ConsumerNotFound].includes(error.code as never)
  )
}

function differs<Settings extends object>(found: Settings, wanted: Partial<Settings>): boolean {
  return Object.entries(wanted).some(
    ([key, value]) => JSON.stringify(found[key as keyof Settings]) !== JSON.stringify(value),
  )
}
