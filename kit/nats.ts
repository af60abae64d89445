import { connect, type NatsConnection } from '@nats-io/transport-node'

export interface NatsOptions {
  /** One or more servers of one cluster, such as `nats://localhost:4222,nats://localhost:4223`. */
  readonly urls: string
  /** Shown in the server's list of connections. */
  readonly name: string
}

/** Connects to NATS, and again after every loss, for as long as the process lives. Throws when no server answers at first. */
export function connectNats({ urls, name }: NatsOptions): Promise<NatsConnection> {
  return connect({
    servers: urls.split(',').map((url) => url.trim()),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 5_000,
    maxPingOut: 2,
  })
}
