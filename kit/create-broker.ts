import { type Broker, createLocalBroker } from './broker.ts'
import type { Logger } from './telemetry.ts'

export interface BrokerOptions {
  /** One or more servers of one NATS cluster, separated by commas. Without it the carrier is inside this process. */
  readonly natsUrl?: string
  /** Of this process; shown in the server's list of connections. */
  readonly name: string
  readonly log: Logger
  /** Servers that keep each message. Without it new streams get one, and what is there stays as it is. */
  readonly replicas?: number
  /** Of each stream; when it is full, events wait in the outbox. */
  readonly maxMebibytes?: number
}

/**
 * The carrier of a process: inside it, or NATS JetStream. It resolves at once: while NATS is away, services work
 * and their events wait in the outbox.
 */
export async function createBroker({ natsUrl, name, log, ...limits }: BrokerOptions): Promise<Broker> {
  if (natsUrl === undefined) return createLocalBroker()
  // Loaded only where it is used: it would make the start of a single process slower.
  const [{ keepConnecting }, { createJetStreamBroker }] = await Promise.all([
    import('./nats.ts'),
    import('./jetstream-broker.ts'),
  ])
  return createJetStreamBroker({ link: keepConnecting({ urls: natsUrl, name, log }), log, ...limits })
}
