import type { Message } from './message.ts'

/** Carries messages from the outbox of one service to the inboxes of others. */
export interface Broker {
  /**
   * Resolves with the messages that were not taken; all others are safe. Throws when none could be passed on.
   * Those that were not taken are published again, so that a message may come to its hearers more than once.
   */
  publish(messages: readonly Message[]): Promise<readonly Refusal[]>
  /** Hands a service every message it hears. Its replicas share them. The function returned ends that, and waits for what is under way. */
  subscribe(service: string, names: readonly string[], hearer: Hearer): () => Promise<void>
  /**
   * Tells every instance of messages as they pass, without keeping them for one who is away; for caches.
   * `missed` is called when some may have passed unheard.
   */
  watch(names: readonly string[], tell: (message: Message) => void, missed?: () => void): () => void
  /** Lets go of the carrier. Nothing is heard or passed on any more. */
  close(): Promise<void>
}

/** A message that the carrier did not take. */
export interface Refusal {
  readonly id: string
  readonly reason: string
}

/** Takes in what a service hears. */
export interface Hearer {
  /** Resolves when the messages are safe in the inbox. */
  deliver(messages: readonly Message[]): Promise<void>
  /** Keeps a message that cannot be read for a person to look at. Resolves when it is safe. */
  park(message: UnreadableMessage): Promise<void>
}

export interface UnreadableMessage {
  /** Of the event, as the carrier's address tells it. */
  readonly name: string
  readonly aggregateId: string
  /** As it came. */
  readonly raw: string
  /** What is wrong with it. */
  readonly reason: string
}

/** The carrier inside one process: the database itself. A message is in the hearer's inbox, or still in the outbox. */
export function createLocalBroker(): Broker {
  const subscribers = new Set<{ names: ReadonlySet<string>; hearer: Hearer }>()
  const watchers = new Set<{ names: ReadonlySet<string>; tell: (message: Message) => void }>()
  return {
    publish: async (messages) => {
      const deliveries = [...subscribers].map(async ({ names, hearer }) => {
        const heard = messages.filter(({ name }) => names.has(name))
        if (heard.length > 0) await hearer.deliver(heard)
      })
      // All are waited for, so that none is still at work when the messages are passed on again.
      const failed = (await Promise.allSettled(deliveries)).find((result) => result.status === 'rejected')
      if (failed) throw failed.reason
      for (const { names, tell } of watchers) {
        for (const message of messages) if (names.has(message.name)) tell(message)
      }
      return []
    },
    subscribe: (_service, names, hearer) => {
      const leave = join(subscribers, { names: new Set(names), hearer })
      return async () => leave()
    },
    watch: (names, tell) => join(watchers, { names: new Set(names), tell }),
    close: async () => {},
  }
}

function join<Member>(members: Set<Member>, member: Member): () => void {
  members.add(member)
  return () => members.delete(member)
}
