import type { Actor } from '@rialto/kit/access'
import { createCall } from '@rialto/kit/client'
import type { ContractInfo } from '@rialto/kit/contract'
import type { RecentSpan } from '@rialto/kit/recent'
import type { LiveProcess, Question } from './informants.ts'
import { createOperations } from './operations.ts'

// A fleet made of words: what each process answers at each path, without its query.

export interface FakeProcess extends Partial<LiveProcess> {
  readonly name: string
  readonly tells?: Readonly<Record<string, unknown>>
}

export interface FakeFleet {
  readonly processes: readonly FakeProcess[]
  readonly contracts?: readonly ContractInfo[]
  readonly promised?: readonly ContractInfo[]
  readonly actor?: Actor
}

export const now = new Date('2026-03-01T10:00:00Z')
export const operator: Actor = { kind: 'staff', id: 'staff_1', permissions: ['operations'] }

/** The operations of such a fleet, as an operator calls them, and the questions that its processes were asked. */
export function askFleet({ processes, contracts = [], promised = [], actor = operator }: FakeFleet) {
  const asked: (Question & { readonly process: string })[] = []
  const live = processes.map(({ tells, ...process }, index) => ({
    id: `proc_${index + 1}`,
    services: [process.name],
    ...process,
  }))
  const dispatch = createOperations({
    informants: {
      live: async () => live,
      ask: async (process, question) => {
        asked.push({ ...question, process: process.id })
        const answer = processes[live.findIndex(({ id }) => id === process.id)]?.tells?.[pathOf(question)]
        if (answer === 'never') return new Promise(() => {})
        if (answer === undefined) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
        return typeof answer === 'function' ? answer(question) : answer
      },
    },
    services: ['orders', 'cart'],
    contracts: () => contracts,
    builtIn: new Set(['orders']),
    promised: async (name) => promised.find((contract) => contract.name === name),
    now: () => now,
  })
  const request = { actor, requestId: 'req_1', deadline: Date.now() + 15_000 }
  return { call: createCall(() => dispatch, 'tests', request), asked }
}

function pathOf({ method = 'GET', path }: Question): string {
  const [bare = ''] = path.split('?')
  return method === 'GET' ? bare : `${method} ${bare}`
}

export function factsOf(name: string) {
  return { name, services: [name], version: '0.1.0', state: 'ready', startedAt: '2026-03-01T09:00:00Z' }
}

export function spanOf(given: Partial<RecentSpan> & { spanId: string; service: string }): RecentSpan {
  return {
    traceId: 'trace1',
    name: `${given.service}.work`,
    kind: 'server',
    at: '2026-03-01T09:59:00.000Z',
    durationMs: 10,
    failed: false,
    attributes: {},
    links: [],
    ...given,
  }
}
