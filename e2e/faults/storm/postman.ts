import { connectNats } from '@rialto/kit/nats'
import type { Random } from './random.ts'

/** Listens to what the services tell each other, and brings some of it again: late, repeated and out of order. */
export interface Postman {
  /** Tells how many events it has brought. */
  bringAgain(random: Random): number
  close(): Promise<void>
}

const eventsKept = 500
const broughtAtOnce = 40
const mostTimes = 3
/** By this the carrier itself would know a repeat; without it, the hearers have to. */
const repeatsKnownBy = 'Nats-Msg-Id'

export async function sendPostman(natsUrl: string): Promise<Postman> {
  const nats = await connectNats({ urls: natsUrl, name: 'postman' })
  const kept: (() => void)[] = []
  nats.subscribe('rialto.*.*.*', {
    callback: (error, { subject, data, headers }) => {
      // What it has brought itself it brings no second time.
      if (error || !headers?.has(repeatsKnownBy)) return
      const bytes = data.slice()
      headers.delete(repeatsKnownBy)
      kept.push(() => nats.publish(subject, bytes, { headers }))
      if (kept.length > eventsKept) kept.shift()
    },
  })
  return {
    bringAgain: (random) => {
      const some = random.shuffled(kept).slice(0, broughtAtOnce)
      const times = some.flatMap((bring) => Array.from({ length: random.between(1, mostTimes) }, () => bring))
      for (const bring of random.shuffled(times)) bring()
      return times.length
    },
    close: () => nats.close(),
  }
}
