import type { Broker, Hearer, UnreadableMessage } from './broker.ts'
import { newId } from './id.ts'
import type { Message } from './message.ts'
import { until } from './until.ts'

// Publishers and hearers that are made up, for tests of the carrier between them.

export function message(name: string, data: unknown = {}, about: Partial<Message> = {}): Message {
  const at = new Date().toISOString()
  const id = newId('msg')
  const aggregate = { aggregateId: id.replace('msg', 'thing'), aggregateVersion: 1 }
  return { id, name, version: 1, ...aggregate, source: 'tests', at, data, attempt: 1, ...about }
}

export interface Ears extends Hearer {
  readonly heard: Message[]
  readonly unreadable: UnreadableMessage[]
}

export function ears(deliver: (messages: readonly Message[]) => Promise<void> = async () => {}): Ears {
  const heard: Message[] = []
  const unreadable: UnreadableMessage[] = []
  return {
    heard,
    unreadable,
    deliver: async (messages) => {
      await deliver(messages)
      heard.push(...messages)
    },
    park: async (letter) => {
      unreadable.push(letter)
    },
  }
}

/** Publishes until the carrier has taken all of them, as the relay does. */
export async function publishAll(from: Broker, messages: readonly Message[]): Promise<void> {
  let left = messages
  await until('all messages are taken', async () => {
    const refusals = await from.publish(left).catch(() => left.map(({ id }) => ({ id })))
    const refused = new Set(refusals.map(({ id }) => id))
    left = left.filter(({ id }) => refused.has(id))
    return left.length === 0
  })
}

export function ids(messages: readonly Message[]): string[] {
  return messages.map(({ id }) => id).sort()
}
