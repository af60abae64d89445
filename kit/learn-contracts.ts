import type { ContractInfo } from './contract.ts'
import { contractHash } from './contract-hash.ts'
import type { FetchContract } from './contracts-at.ts'
import { joined, type Known, refusalOf } from './known-contracts.ts'
import { readContract } from './read-contract.ts'
import type { Instance } from './roll.ts'
import type { Logger } from './telemetry.ts'

/** The contracts of a fleet, as its living processes have them. */
export interface LearnedContracts {
  readonly known: Known
  /**
   * Whoever serves contracts gets ready for others, and serves them when all who do are ready. Throwing refuses what
   * is new, and what was served before stays.
   */
  serve(prepare: Prepare): void
  /** Looks at once who is there, and learns what they have. */
  look(): Promise<void>
  /** Looks again and again. */
  begin(): void
  close(): Promise<void>
}

/** Answers with what puts it to work, which must not fail. */
export type Prepare = (known: Known) => Promise<() => void>

export interface LearnOptions {
  readonly builtIn: readonly ContractInfo[]
  readonly live: () => readonly Instance[]
  readonly fetch: FetchContract
  /** Told of the fingerprint of a contract that is refused: others are asked rather than who has it. */
  readonly avoid: (hash: string) => void
  readonly log: Logger
  readonly now?: () => number
}

const everyMs = 500
/** A process that did not tell its contract is asked for it again after so long. */
const askedAgainMs = 2_000
/** A service whose processes are all gone is missed for so long, and then forgotten. */
const missedMs = 3_600_000
/** Of contracts beyond this count none is learned: somebody announces without end. */
const contractsLimit = 1_000

export function learnContracts(options: LearnOptions): LearnedContracts {
  const { builtIn, live, log, now = Date.now } = options
  const serving = createServing(builtIn)
  const shelf = createShelf(builtIn, now)
  const learn = learner(options, serving, shelf)
  let looking: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const look = async () => {
    const offers = offersOf(live())
    const asked = offers.filter(({ hash }) => shelf.wants(hash))
    const sent = await Promise.all(asked.map(learn.ask))
    for (const take of sent) await take?.()
    await serving
      .apply(shelf.living(offers))
      .catch((error: Error) => log.warn({ reason: error.message }, 'the contracts that are left do not fit'))
  }
  const lookOnce = () => {
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }
  return {
    get known() {
      return serving.known
    },
    serve: serving.add,
    look: lookOnce,
    begin: () => {
      timer = setInterval(lookOnce, everyMs)
      timer.unref()
    },
    close: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

/** A contract that somebody announces, and one of those who do. */
interface Offer {
  readonly hash: string
  readonly service: string
  readonly url: string
}

function offersOf(live: readonly Instance[]): Offer[] {
  const offers = live.flatMap(({ url, services }) =>
    Object.entries(services).map(([service, hash]) => ({ hash, service, url })),
  )
  return [...new Map(offers.map((offer) => [offer.hash, offer])).values()]
}

interface Learned {
  readonly hash: string
  readonly contract: ContractInfo
  seenAt: number
}

/** What is served now, and the way to serve something else: all or nothing. */
function createServing(builtIn: readonly ContractInfo[]) {
  const prepares: Prepare[] = []
  let known = joined(builtIn, [])
  let served = ''
  return {
    get known() {
      return known
    },
    add: (prepare: Prepare) => {
      prepares.push(prepare)
    },
    apply: async (versions: readonly Learned[]) => {
      const wanted = versions.map(({ hash }) => hash).sort()
      if (wanted.join() === served) return
      const contracts = versions.map(({ contract }) => contract)
      const next = joined(builtIn, contracts)
      const ready = await Promise.all(prepares.map((prepare) => prepare(next)))
      for (const commit of ready) commit()
      known = next
      served = wanted.join()
    },
  }
}

/** What was learned and what was refused, by fingerprint. */
function createShelf(builtIn: readonly ContractInfo[], now: () => number) {
  const own = new Set(builtIn.map(contractHash))
  const good = new Map<string, Learned>()
  const refused = new Set<string>()
  const askAgainAt = new Map<string, number>()
  return {
    wants: (hash: string) => {
      const isKnown = own.has(hash) || good.has(hash) || refused.has(hash)
      return !isKnown && good.size + refused.size < contractsLimit && (askAgainAt.get(hash) ?? 0) <= now()
    },
    put: (learned: Learned) => void good.set(learned.hash, learned),
    refuse: (hash: string) => void refused.add(hash),
    /** Whether it is the first time that it could not be read. */
    postpone: (hash: string) => {
      const isFirst = !askAgainAt.has(hash)
      askAgainAt.set(hash, now() + askedAgainMs)
      return isFirst
    },
    /** The versions that are offered; of a service of which none is, those offered last. */
    living: (offers: readonly Offer[]): Learned[] => {
      const offered = new Set(offers.map(({ hash }) => hash))
      const there = new Set(
        offers.filter(({ hash }) => own.has(hash) || good.has(hash)).map(({ service }) => service),
      )
      for (const hash of askAgainAt.keys())
        if (!offered.has(hash) || good.has(hash) || refused.has(hash)) askAgainAt.delete(hash)
      for (const [hash, learned] of good) {
        if (offered.has(hash)) learned.seenAt = now()
        else if (learned.seenAt + missedMs < now()) good.delete(hash)
      }
      const lastSeen = Map.groupBy(good.values(), ({ contract }) => contract.name)
      return [...lastSeen].flatMap(([service, versions]) => {
        if (there.has(service)) return versions.filter(({ hash }) => offered.has(hash))
        const last = Math.max(...versions.map(({ seenAt }) => seenAt))
        return versions.filter(({ seenAt }) => seenAt === last)
      })
    },
  }
}

type Serving = ReturnType<typeof createServing>
type Shelf = ReturnType<typeof createShelf>

/** Asks for a contract, and answers with the way to learn it; says once why not. */
function learner({ live, fetch, avoid, log, now = Date.now }: LearnOptions, serving: Serving, shelf: Shelf) {
  const take = async (sent: unknown, { hash, service }: Offer) => {
    const contract = readContract(sent)
    if (contract.name !== service) throw new Error(`it is of ${contract.name}`)
    const reason = refusalOf(contract, serving.known.contracts)
    if (reason !== undefined) throw new Error(reason)
    const learned = { hash, contract, seenAt: now() }
    await serving.apply([...shelf.living(offersOf(live())), learned])
    shelf.put(learned)
  }
  const takeOrRefuse = async (sent: unknown, offer: Offer) => {
    const { hash, service, url: instance } = offer
    try {
      await take(sent, offer)
    } catch (error) {
      shelf.refuse(hash)
      avoid(hash)
      const { message: reason } = error as Error
      log.warn({ service, instance, reason }, 'a contract is refused; what was served before stays')
    }
  }
  return {
    ask: async (offer: Offer): Promise<(() => Promise<void>) | undefined> => {
      const { hash, service, url: instance } = offer
      try {
        const sent = await fetch(instance, hash)
        return () => takeOrRefuse(sent, offer)
      } catch (error) {
        const { message: reason } = error as Error
        if (shelf.postpone(hash)) log.warn({ service, instance, reason }, 'a contract cannot be read yet')
        return undefined
      }
    },
  }
}
