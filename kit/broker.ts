import type { Message } from './message.ts'

/** Carries messages from the outbox of one service to the inboxes of others. */
export interface Broker {
  /** Resolves when every subscriber has the messages safe; throws otherwise, and they are published again. */
  publish(messages: readonly Message[]): Promise<void>
  /** Hands a service every message it hears; `deliver` resolves when they are safe in its inbox. */
  subscribe(service: string, names: readonly string[], deliver: Deliver): () => void
  /** Tells of messages as they pass, without keeping them for one who is away; for caches. */
  watch(names: readonly string[], tell: (message: Message) => void): () => void
}

export type Deliver = (messages: readonly Message[]) => Promise<void>

/** The carrier inside one process: the database itself. A message is in the hearer's inbox, or still in the outbox. */
export function createLocalBroker(): Broker {
  const subscribers = new Set<{ names: ReadonlySet<string>; deliver: Deliver }>()
  const watchers = new Set<{ names: ReadonlySet<string>; tell: (message: Message) => void }>()
  return {
    publish: async (messages) => {
      const deliveries = [...subscribers].map(async ({ names, deliver }) => {
        const heard = messages.filter(({ name }) => names.has(name))
        if (heard.length > 0) await deliver(heard)
      })
      // All are waited for, so that none is still at work when the relay gives up its rows.
      const failed = (await Promise.allSettled(deliveries)).find((result) => result.status === 'rejected')
      if (failed) throw failed.reason
      for (const { names, tell } of watchers) {
        for (const message of messages) if (names.has(message.name)) tell(message)
      }
    },
    subscribe: (_service, names, deliver) => join(subscribers, { names: new Set(names), deliver }),
    watch: (names, tell) => join(watchers, { names: new Set(names), tell }),
  }
}

function join<Member>(members: Set<Member>, member: Member): () => void {
  members.add(member)
  return () => members.delete(member)
}
