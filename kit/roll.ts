/** A process of the fleet as it tells of itself. */
export interface Instance {
  readonly id: string
  /** Where its services answer. */
  readonly url: string
  readonly version: string
  /** As its peers see it, such as `orders` or `gateway`. */
  readonly name?: string
  /** Names of its services, with the fingerprints of their contracts. */
  readonly services: Readonly<Record<string, string>>
}

/** Who is there, by what was heard. Times are epoch milliseconds. */
export interface Roll {
  heard(instance: Instance, at: number): void
  /** It said goodbye. */
  left(id: string): void
  live(): readonly Instance[]
  /** Addresses of the instances of a service; the same list as before while nothing has changed. */
  urlsOf(service: string): readonly string[]
  /** Whoever offers a contract with this fingerprint is asked only where nobody offers another one. */
  avoid(hash: string): void
}

/** Who has not been heard for so long is gone. */
const silenceMs = 1_500
/** After the carrier was away, instances join again at their own pace. */
const rejoinMs = 5_000

/**
 * Keeps the roll. Its time is that of the latest announcement, one's own included: when the carrier is away
 * nobody is heard, and then nobody is struck off either, as their doors may well be open.
 */
export function createRoll(): Roll {
  const entries = new Map<string, { instance: Instance; until: number }>()
  let lists = new Map<string, readonly string[]>()
  const avoided = new Set<string>()
  let heardAt = 0
  const strike = () => {
    for (const [id, { until }] of entries) if (until < heardAt) remove(id)
  }
  const remove = (id: string) => {
    if (entries.delete(id)) lists = new Map()
  }
  return {
    heard: (instance, at) => {
      if (at - heardAt > silenceMs)
        for (const entry of entries.values()) entry.until = Math.max(entry.until, at + rejoinMs)
      heardAt = Math.max(heardAt, at)
      const known = entries.get(instance.id)
      if (known?.instance.url !== instance.url) lists = new Map()
      entries.set(instance.id, { instance, until: Math.max(known?.until ?? 0, at + silenceMs) })
    },
    left: remove,
    live: () => {
      strike()
      return [...entries.values()].map(({ instance }) => instance)
    },
    urlsOf: (service) => {
      strike()
      const known = lists.get(service)
      if (known) return known
      const offering = [...entries.values()].filter(({ instance }) => service in instance.services)
      const trusted = offering.filter(({ instance }) => !avoided.has(instance.services[service] as string))
      const urls = (trusted.length > 0 ? trusted : offering).map(({ instance }) => instance.url).sort()
      lists.set(service, urls)
      return urls
    },
    avoid: (hash) => {
      avoided.add(hash)
      lists = new Map()
    },
  }
}
