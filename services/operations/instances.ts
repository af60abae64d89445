import type { InstanceFacts } from '@rialto/kit/instance-routes'
import type { RecentRates, RecentSpan } from '@rialto/kit/recent'
import type { Instance, MappedService, ServiceCall } from './contract.ts'
import { gather, type Heard, type LiveProcess } from './informants.ts'
import { loadOf, noLoad, serviceOf } from './load.ts'
import type { Answers, OperationsOptions } from './operations.ts'

/** So many of its latest spans each process tells for the map. */
const spansForMap = 400

type Reads = Pick<Answers, 'listInstances' | 'getServiceMap'>

export function instanceReads({ informants, services, now = () => new Date() }: OperationsOptions): Reads {
  const look = async () => {
    const processes = await informants.live()
    const [facts, rates] = await Promise.all([
      gather<InstanceFacts>(informants, { path: '/instance' }, processes),
      gather<RecentRates[]>(informants, { path: '/recent/rates' }, processes),
    ])
    return { processes, facts, rates }
  }
  return {
    listInstances: async () => {
      const { processes, facts, rates } = await look()
      const items = processes.map((process) => instanceOf(process, facts, rates, now().getTime()))
      return { items: items.sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id)) }
    },
    getServiceMap: async () => {
      const path = `/recent/spans?limit=${spansForMap}`
      const [{ processes, facts, rates }, spans] = await Promise.all([
        look(),
        gather<RecentSpan[]>(informants, { path }),
      ])
      const time = now()
      const instances = processes.map((process) => instanceOf(process, facts, rates, time.getTime()))
      const fared = rates.answers.flatMap(({ answer }) => answer)
      const names = new Set(['gateway', ...services, ...instances.flatMap((each) => each.services)])
      return {
        at: time.toISOString(),
        services: [...names].map((name) => mapped(name, instances, fared, time.getTime())),
        calls: callsIn(spans.answers.flatMap(({ answer }) => answer)),
        silent: facts.silent,
      }
    },
  }
}

function instanceOf(
  process: LiveProcess,
  facts: Heard<InstanceFacts>,
  rates: Heard<RecentRates[]>,
  now: number,
): Instance {
  const told = facts.answers.find((each) => each.process === process)?.answer
  const why = facts.missing.find((each) => each.process === process)?.why
  const fared = rates.answers.find((each) => each.process === process)?.answer ?? []
  const version = told?.version ?? process.version
  return {
    id: process.id,
    name: told?.name ?? process.name,
    services: [...(told?.services ?? process.services)],
    ...(process.url !== undefined && { url: process.url }),
    ...(version !== undefined && { version }),
    state: told?.state ?? 'silent',
    ...(why !== undefined && { why }),
    ...(told && { startedAt: told.startedAt }),
    ...loadOf(fared, now),
  }
}

/** Who is in no list of services and calls itself a gateway is one; so is who runs everything. */
function has(name: string, instance: Instance): boolean {
  if (name !== 'gateway') return instance.services.includes(name)
  return /(?:^|\+)gateway(?:\+|$)|^rialto$/.test(instance.name)
}

function mapped(
  name: string,
  instances: readonly Instance[],
  rates: readonly RecentRates[],
  now: number,
): MappedService {
  const own = instances.filter((instance) => has(name, instance))
  const versions = new Set(own.flatMap(({ version }) => version ?? []))
  const asked = rates.filter(({ operation }) => serviceOf(operation) === name)
  return {
    name,
    instances: own.length,
    ready: own.filter(({ state }) => state === 'ready').length,
    versions: [...versions].sort(),
    ...(asked.length > 0 ? loadOf(asked, now) : noLoad),
  }
}

/** Who asked whom, and who heard of whom: from spans of one service whose cause is a span of another one. */
export function callsIn(spans: readonly RecentSpan[]): ServiceCall[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const calls = new Map<string, ServiceCall>()
  const note = (from: string, to: string, kind: ServiceCall['kind'], failed: boolean) => {
    if (from === to) return
    const key = `${from} ${to} ${kind}`
    const known = calls.get(key) ?? { from, to, kind, count: 0, failed: 0 }
    calls.set(key, { ...known, count: known.count + 1, failed: known.failed + (failed ? 1 : 0) })
  }
  for (const { parentId = '', service, failed, links } of spans) {
    const parent = byId.get(parentId)
    if (parent) note(parent.service, service, 'call', failed)
    for (const link of links) {
      const cause = byId.get(link.spanId)
      if (cause) note(cause.service, service, 'message', failed)
    }
  }
  return [...calls.values()].sort((a, b) => b.count - a.count)
}
