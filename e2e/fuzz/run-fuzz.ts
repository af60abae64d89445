import type { Operation } from '@rialto/kit/contract'
import { contracts } from '../../contracts.ts'
import { expectedOf } from '../access/verdict.ts'
import { databaseUrls, settledViolations } from '../checker.ts'
import { contentOf } from '../content.ts'
import { createRandom } from '../faults/storm/random.ts'
import { inParallel } from '../in-parallel.ts'
import { createMill, type FuzzRequest } from './requests.ts'
import type { Asker, FuzzShop } from './shop.ts'

export interface FuzzReport {
  readonly requests: number
  readonly operations: number
  /** How many answers of each status. */
  readonly statuses: ReadonlyMap<number, number>
  /** What must not be, with the request that showed it. */
  readonly faults: readonly string[]
}

export interface FuzzOptions {
  readonly shop: FuzzShop
  readonly requests: number
  readonly seed: number
  readonly tell?: (text: string) => void
}

const atOnce = 8
const round = 1_000
const faultsLimit = 50

/**
 * Sends so many requests in rounds. The first quarter are such as have to be refused: nothing may have changed then.
 * After all the others the books of the shop still have to agree.
 */
export async function runFuzz({ shop, requests, seed, tell = () => {} }: FuzzOptions): Promise<FuzzReport> {
  const statuses = new Map<number, number>()
  const faults: string[] = []
  const operations = contracts
    .flatMap(({ operations: own }) => own)
    .filter(({ internal, name }) => !internal && name !== 'signOut')
  const closed = operations.filter((operation) => isClosed(operation, 'customer'))
  for (let sent = 0, turn = 0; sent < requests && faults.length < faultsLimit; turn++) {
    const isRefused = sent < requests / 4
    const count = Math.min(round, requests - sent)
    const chosen = isRefused ? closed : operations
    faults.push(
      ...(await oneRound({ shop, count, seed: seed + turn, isRefused, statuses, operations: chosen })),
    )
    sent += count
    tell(`${sent} requests, ${faults.length} faults`)
  }
  faults.push(...(await settledViolations(databaseUrls(shop.dataDir))))
  return { requests, operations: operations.length, statuses, faults }
}

interface Round {
  readonly shop: FuzzShop
  readonly count: number
  readonly seed: number
  readonly isRefused: boolean
  readonly operations: readonly Operation[]
  readonly statuses: Map<number, number>
}

async function oneRound({ shop, count, seed, isRefused, operations, statuses }: Round): Promise<string[]> {
  const random = createRandom(seed)
  const next = createMill(seed, operations, shop.things)
  const askers: readonly Asker[] = isRefused
    ? ['nobody', 'customer']
    : ['nobody', 'customer', 'staff', 'staff']
  const asked = Array.from({ length: count }, () => ({
    request: next(),
    asker: random.pick(askers) ?? 'nobody',
  }))
  const before = isRefused ? await contentOf(shop.platform.mounted) : []
  const found = await inParallel(asked, atOnce, async ({ request, asker }) => {
    const answer = await send(shop, request, asker)
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
    const fault = faultIn(answer, request, isRefused)
    return fault ? [`${fault}\n  ${asker} sent ${described(request, seed)}`] : []
  })
  const after = isRefused ? await contentOf(shop.platform.mounted) : []
  const changed = after.filter((table) => !before.includes(table))
  return [...found.flat(), ...changed.map((table) => `A refused request of seed ${seed} changed ${table}`)]
}

/** Whether nobody of this kind may use it. */
function isClosed(operation: Operation, kind: 'customer'): boolean {
  return ['unauthenticated', 'forbidden'].includes(expectedOf(operation, { kind }))
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly type: string
}

async function send({ platform, sessions }: FuzzShop, request: FuzzRequest, asker: Asker): Promise<Answer> {
  const token = sessions[asker]
  const { statusCode, body, headers } = await platform.app.inject({
    method: request.method as 'GET',
    url: request.url,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...request.headers },
    payload: request.payload,
  })
  return { status: statusCode, body, type: String(headers['content-type'] ?? '') }
}

const inside =
  /node_modules|\.ts:\d+|\bat (?:async )?\w+ \(|violates|syntax for type|pg_|ECONN|undefined is not/

/** What must not be answered, whatever was asked. */
export function faultIn(
  { status, body, type }: Answer,
  { method }: Pick<FuzzRequest, 'method'>,
  isRefused: boolean,
) {
  if (status >= 500) return `${status} ${body.slice(0, 300)}`
  if (status >= 400 && method !== 'HEAD' && !isProblem(body, type))
    return `${status} is no problem: ${body.slice(0, 300)}`
  if (status >= 400 && inside.test(body)) return `${status} tells of the inside: ${body.slice(0, 300)}`
  const isHarmless = method === 'OPTIONS' || method === 'HEAD' || method === 'GET'
  if (isRefused && status < 400 && !isHarmless) return `${status} though nobody may: ${body.slice(0, 300)}`
  return undefined
}

function isProblem(body: string, type: string): boolean {
  if (!type.startsWith('application/problem+json')) return false
  const { code, title, detail, status } = JSON.parse(body) as Record<string, unknown>
  return [code, title, detail].every((text) => typeof text === 'string') && typeof status === 'number'
}

function described({ operation, broken, method, url, headers, payload }: FuzzRequest, seed: number): string {
  const sent = `${method} ${url.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ${String(payload ?? '').slice(0, 300)}`
  return `${sent}\n  for ${operation.service}.${operation.name}, broken by ${broken.join(', ') || 'nothing'}; seed ${seed}`
}
