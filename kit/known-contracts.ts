import { accessList, type ContractInfo, type EventType, type Operation } from './contract.ts'
import { contractBreaks } from './contract-changes.ts'

// What a process that stands before all services makes of contracts that it learns of while it runs.

export interface Known {
  /** As they are served together. */
  readonly contracts: readonly ContractInfo[]
  /** What of them is beyond those that were built in: only the operations that are new, of those only the public ones. */
  readonly learned: readonly ContractInfo[]
}

/** Operations that anybody outside the fleet may reach. */
export function publicOperations({ operations }: ContractInfo): Operation[] {
  return operations.filter(
    (operation) => !operation.internal && accessList(operation).some((access) => access !== 'service'),
  )
}

/**
 * Why a contract cannot be served beside the others; undefined when it can. Of its own service it may be a later or
 * an earlier version: one of the two has to keep what the other promises.
 */
export function refusalOf(contract: ContractInfo, known: readonly ContractInfo[]): string | undefined {
  const own = known.find(({ name }) => name === contract.name)
  const others = known.filter(({ name }) => name !== contract.name)
  return (own && breakBetween(own, contract)) ?? clashOf(contract, others)
}

function breakBetween(known: ContractInfo, contract: ContractInfo): string | undefined {
  const breaks = contractBreaks(known, contract)
  if (breaks.length === 0 || contractBreaks(contract, known).length === 0) return undefined
  return `it breaks what was promised: ${breaks.slice(0, 3).join('; ')}`
}

function clashOf(contract: ContractInfo, others: readonly ContractInfo[]): string | undefined {
  const taken = others.flatMap(publicOperations)
  const byPlace = new Map(taken.map((operation) => [placeOf(operation), operation]))
  const byName = new Map(taken.map((operation) => [operation.name, operation]))
  const own = new Map<string, string>()
  for (const operation of publicOperations(contract)) {
    const place = placeOf(operation)
    const there = byPlace.get(place)
    if (there) return `${operation.name} is at ${place}, where ${there.service} has ${there.name}`
    if (own.has(place)) return `${operation.name} is at ${place}, where it has ${own.get(place)}`
    own.set(place, operation.name)
    const named = byName.get(operation.name)
    if (named) return `${named.service} has an operation named ${operation.name}, too`
  }
  return undefined
}

/** Method and path; parameters of one place may differ in name. */
function placeOf({ method, path }: Operation): string {
  return `${method} ${path.replace(/:\w+/g, ':')}`
}

/**
 * What is served of the living versions of contracts. Each operation is served as the oldest of them promises, which
 * the others keep; one that only a later version has is served as that promises. What was built in stays as it is.
 */
export function joined(builtIn: readonly ContractInfo[], living: readonly ContractInfo[]): Known {
  const fixed = new Set(builtIn.map(({ name }) => name))
  const versions = Map.groupBy(living, ({ name }) => name)
  const extended = builtIn.map((contract) => union([contract, ...oldestFirst(versions.get(contract.name))]))
  const added = [...versions].filter(([name]) => !fixed.has(name)).sort(([a], [b]) => (a < b ? -1 : 1))
  const contracts = [...extended, ...added.map(([, of]) => union(oldestFirst(of)))]
  const known = new Set(builtIn.flatMap(({ operations }) => operations))
  const learned = contracts.map((contract) => ({
    ...contract,
    events: [],
    operations: publicOperations(contract).filter((each) => !known.has(each)),
  }))
  return { contracts, learned: learned.filter(({ operations }) => operations.length > 0) }
}

function oldestFirst(versions: readonly ContractInfo[] = []): ContractInfo[] {
  const isOlder = (one: ContractInfo, other: ContractInfo) =>
    contractBreaks(one, other).length === 0 && contractBreaks(other, one).length > 0
  return versions.toSorted((one, other) => Number(isOlder(other, one)) - Number(isOlder(one, other)))
}

/** Of what several have, the first one's. */
function union(versions: readonly ContractInfo[]): ContractInfo {
  const [first] = versions as [ContractInfo]
  if (versions.length === 1) return first
  const operations = new Map<string, Operation>()
  const events = new Map<string, EventType>()
  for (const version of versions) {
    for (const each of version.operations) if (!operations.has(each.name)) operations.set(each.name, each)
    for (const each of version.events) {
      const name = `${each.name} ${each.version}`
      if (!events.has(name)) events.set(name, each)
    }
  }
  return { ...first, operations: [...operations.values()], events: [...events.values()] }
}
