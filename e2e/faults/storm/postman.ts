import { connectNats } from '@rialto/kit/nats'
import type { Random } from './random.ts'

/** Listens to what the services tell each other, and brings some of it again: late, double and out of order. */
export interface Postman {
  /** Brings events again; tells how many. They are the same messages, without what the carrier knows repeats by. */
  bringAgain(random: Random): number
  close(): Promise<void>
}

const eventsKept = 500
const broughtAtOnce = 40
/** Each is brought up to so many times. */
const mostTimes = 3

export async function sendPostman(natsUrl: string): Promise<Postman> {
  const nats = await connectNats({ urls: natsUrl, name: 'postman' })
  const kept: { subject: string; data: Uint8Array; encoding: string }[] = []
  nats.subscribe('rialto.*.*.*', {
    callback: (error, { subject, data, headers }) => {
      if (error) return
      kept.push({ subject, data: data.slice(), encoding: headers?.get('content-encoding') ?? '' })
      if (kept.length > eventsKept) kept.shift()
    },
  })
  return {
    bringAgain: (random) => {
      if (nats.isClosed() || kept.length === 0) return 0
      const some = random.shuffled(kept).slice(0, broughtAtOnce)
      const letters = random.shuffled(
        some.flatMap((letter) => Array.from({ length: random.between(1, mostTimes) }, () => letter)),
      )
      return letters.length
    },
    close: () => nats.close(),
  }
}
