import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Viewer } from './hub.ts'

// Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html

/** How a stream says what it has to say. */
export interface Frames {
  /** The present state, under an id that follows from it. */
  shown(text: string, id: string): string
  /** Why there will be no more. */
  ended(error: unknown): string
}

export interface StreamTerms {
  readonly heartbeatMs: number
  /** Then whoever still watches comes again, perhaps to another instance. */
  readonly lifetimeMs: number
}

export const streamTerms: StreamTerms = { heartbeatMs: 15_000, lifetimeMs: 30 * 60_000 }

export interface LiveStream extends Viewer {
  readonly body: Readable
  /** Ends it with the hint to come again in a moment. */
  pause(): void
}

const retryMs = { least: 1_000, spread: 4_000 }

/**
 * A stream that tells the state of something. Of states that follow each other faster than they are taken, the last one
 * alone is sent. `known` is the id of the state that the reader has already.
 */
export function openStream(
  frames: Frames,
  known: string | undefined,
  { heartbeatMs, lifetimeMs }: StreamTerms,
): LiveStream {
  let sent = known
  let pending: string | undefined
  let isTaken = true
  const push = (text: string) => {
    if (!body.destroyed && !body.readableEnded) isTaken = body.push(text)
  }
  const flush = () => {
    if (!isTaken || pending === undefined) return
    const [text, id] = [pending, idOf(pending)]
    pending = undefined
    if (id === sent) return
    sent = id
    push(frames.shown(text, id))
  }
  const body = new Readable({
    read: () => {
      isTaken = true
      flush()
    },
  })
  const finish = (last: string) => {
    flush()
    push(last)
    body.push(null)
  }
  const pause = () => finish(`retry: ${retryMs.least + Math.floor(Math.random() * retryMs.spread)}\n\n`)
  const heartbeat = setInterval(() => isTaken && push(':\n\n'), heartbeatMs)
  const lifetime = setTimeout(pause, lifetimeMs * (0.8 + Math.random() * 0.2))
  heartbeat.unref()
  lifetime.unref()
  body.once('close', () => {
    clearInterval(heartbeat)
    clearTimeout(lifetime)
  })
  // What has not changed says nothing, and the reader is to know that it is there.
  push(':\n\n')
  return {
    body,
    show: (text) => {
      pending = text
      flush()
    },
    end: (error) => finish(frames.ended(error)),
    pause,
  }
}

function idOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
