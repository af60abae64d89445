import type pg from 'pg'
import { isAway } from './database-away.ts'

/** One connection of a pool for the statements of many callers. */
export interface SharedConnection {
  query(statement: pg.QueryArrayConfig): Promise<pg.QueryArrayResult>
  /** Gives the connection back, once what was sent is answered. */
  close(): Promise<void>
}

/**
 * Statements are sent without waiting for the answers of those before, and what comes in one turn of the event loop
 * goes out in one packet. Each is a transaction of its own and planned once for all values. A connection that breaks
 * fails what was under way; the next statement gets a new one.
 */
export function shareConnection(pool: pg.Pool): SharedConnection {
  let shared: Promise<pg.PoolClient> | undefined
  const left = new WeakSet<pg.PoolClient>()
  const leave = (client: pg.PoolClient) => {
    if (left.has(client)) return
    left.add(client)
    shared = undefined
    client.release(true)
  }
  const connect = async () => {
    const client = await pool.connect()
    client.once('end', () => leave(client))
    try {
      await client.query('set plan_cache_mode = force_generic_plan')
    } catch (error) {
      leave(client)
      throw error
    }
    return client
  }
  return {
    query: async (statement) => {
      shared ??= connect().catch((error) => {
        shared = undefined
        throw error
      })
      const client = await shared
      inOnePacket(client, setImmediate)
      try {
        return await client.query(statement)
      } catch (error) {
        // The end of the connection is heard of later than the failure.
        if (isAway(error as Error)) leave(client)
        throw error
      }
    },
    close: async () => {
      const client = await shared?.catch(() => undefined)
      // The driver waits for what was sent before.
      await client?.end()
    },
  }
}

const gathering = new WeakSet<object>()

/** Holds back what is sent until `flush` calls, to send it in one packet. */
export function inOnePacket(
  { connection: { stream } }: pg.PoolClient,
  flush: (send: () => void) => unknown = process.nextTick,
): void {
  if (gathering.has(stream)) return
  gathering.add(stream)
  stream.cork()
  flush(() => {
    gathering.delete(stream)
    stream.uncork()
  })
}
