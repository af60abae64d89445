import { connect, type NatsConnection } from '@nats-io/transport-node'
import { growingPause } from './pause.ts'
import type { Logger } from './telemetry.ts'

export interface NatsOptions {
  /** One or more servers of one cluster, such as `nats://localhost:4222,nats://localhost:4223`. */
  readonly urls: string
  /** Shown in the server's list of connections. */
  readonly name: string
}

/** Connects to NATS, and again after every loss, for as long as the process lives. Throws when no server answers at first. */
export function connectNats({ urls, name }: NatsOptions): Promise<NatsConnection> {
  return connect({
    ...credentialsIn(urls),
    servers: urls.split(',').map(withoutCredentials),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 5_000,
    maxPingOut: 2,
    timeout: 5_000,
    ignoreAuthErrorAbort: true,
  })
}

/** `nats://user:password@host` or `nats://token@host`; the client takes them apart from the addresses. */
function credentialsIn(urls: string) {
  const [first = ''] = urls.split(',')
  const { username, password } = new URL(first.trim())
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)]
  if (pass) return { user, pass }
  return user ? { token: user } : {}
}

function withoutCredentials(url: string): string {
  const { protocol, host } = new URL(url.trim())
  return `${protocol}//${host}`
}

/** A connection to NATS that may not be there yet, or not just now. */
export interface NatsLink {
  /** The connection while it stands; undefined while NATS is away. */
  current(): NatsConnection | undefined
  /** Resolves with the connection once it stands for the first time. Never, when the link is closed before. */
  first(): Promise<NatsConnection>
  /** Runs every time the connection stands again after a loss. */
  onReturn(work: () => void): () => void
  close(): Promise<void>
}

/** Connects in the background, with growing pauses, so that a process starts and works while NATS is away. */
export function keepConnecting({ urls, name, log }: NatsOptions & { readonly log: Logger }): NatsLink {
  const closing = new AbortController()
  const returned = new Set<() => void>()
  const first = Promise.withResolvers<NatsConnection>()
  let connection: NatsConnection | undefined
  let away = true
  const watch = async (nats: NatsConnection) => {
    for await (const { type } of nats.status()) {
      if (type === 'disconnect') away = true
      if (type !== 'reconnect') continue
      away = false
      for (const work of returned) work()
    }
  }
  const begin = async () => {
    const pause = growingPause({ signal: closing.signal })
    while (!closing.signal.aborted) {
      try {
        connection = await connectNats({ urls, name })
        away = false
        if (closing.signal.aborted) return connection.close()
        watch(connection)
        return first.resolve(connection)
      } catch (error) {
        log.warn({ error: String(error) }, 'NATS does not answer; events wait in the outbox')
        await pause.wait()
      }
    }
  }
  const beginning = begin()
  return {
    current: () => (away ? undefined : connection),
    first: () => first.promise,
    onReturn: (work) => {
      returned.add(work)
      return () => returned.delete(work)
    },
    close: async () => {
      closing.abort()
      await beginning
      await connection?.close()
    },
  }
}
