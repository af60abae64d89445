import type { Broker } from '@rialto/kit/broker'
import type { Operation } from '@rialto/kit/contract'
import type { Logger } from '@rialto/kit/telemetry'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Visitor } from '../session.ts'
import type { TrafficSettings } from '../traffic/settings.ts'
import { createHub, type Pace, standardPace, type Watched } from './hub.ts'
import { createPlaces } from './places.ts'
import { type Frames, type LiveStream, openStream, type StreamTerms, streamTerms } from './stream.ts'

export interface LiveOptions {
  readonly broker: Broker
  readonly log: Logger
  readonly settings: Pick<
    TrafficSettings,
    'LIVE_STREAMS' | 'LIVE_STREAMS_PER_ADDRESS' | 'LIVE_STREAMS_PER_SHOPPER'
  >
  /** Tests have less time. */
  readonly terms?: LiveTimes
}

export type LiveTimes = Partial<Pace & StreamTerms>

export interface Watching {
  readonly visitor: Visitor
  readonly watched: Watched
  readonly frames: Frames
}

/** Answers with what changes, as it changes. */
export interface Live {
  /** Hears what these operations say that they are changed by. */
  listen(operations: readonly Operation[]): void
  /** Opens a stream of it. Throws what kept it from being read at all. */
  open(request: FastifyRequest, reply: FastifyReply, watching: Watching): Promise<FastifyReply>
  /** Ends all streams, with the hint to come again. */
  close(): void
}

export function openLive({ broker, log, settings, terms }: LiveOptions): Live {
  const hub = createHub({ broker, log }, { ...standardPace, ...terms })
  const places = createPlaces({
    all: settings.LIVE_STREAMS,
    perAddress: settings.LIVE_STREAMS_PER_ADDRESS,
    perShopper: settings.LIVE_STREAMS_PER_SHOPPER,
  })
  const streams = new Set<LiveStream>()
  return {
    listen: (operations) =>
      hub.listen(operations.flatMap(({ live }) => live?.on.map(({ name }) => name) ?? [])),
    open: async (request, reply, { visitor, watched, frames }) => {
      const giveBack = places.take(request, visitor)
      const stream = openStream(frames, lastEventId(request), { ...streamTerms, ...terms })
      stream.body.once('close', giveBack)
      try {
        const { text, leave } = await hub.join(watched, stream)
        streams.add(stream)
        stream.body.once('close', () => {
          leave()
          streams.delete(stream)
        })
        // Whoever went away while it was read.
        if (stream.body.destroyed || request.raw.socket.destroyed) stream.body.destroy()
        else stream.show(text)
      } catch (error) {
        stream.body.destroy()
        throw error
      }
      // How long somebody watches says nothing of how long an answer takes.
      request.startedMs = 0
      return reply.headers(streamHeaders).send(stream.body)
    },
    close: () => {
      for (const stream of streams) stream.pause()
      hub.close()
    },
  }
}

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // It lasts for as long as its connection, and a gateway that ends does not wait for another request on it.
  connection: 'close',
  // nginx would keep it back.
  'x-accel-buffering': 'no',
}

export function asksForStream({ method, headers }: FastifyRequest): boolean {
  return method !== 'HEAD' && /\btext\/event-stream\b/i.test(headers.accept ?? '')
}

function lastEventId({ headers }: FastifyRequest): string | undefined {
  const id = headers['last-event-id']
  return typeof id === 'string' ? id.slice(0, 100) : undefined
}
