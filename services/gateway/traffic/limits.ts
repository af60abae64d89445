import type { Operation } from '@rialto/kit/contract'
import { counter } from '@rialto/kit/metrics'
import { type Problem, tooManyRequests } from '@rialto/kit/problem'
import type { Logger } from '@rialto/kit/telemetry'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Visitor } from '../session.ts'
import { countedAddress } from './address.ts'
import type { Buckets } from './buckets.ts'
import { refuse } from './refuse.ts'
import type { Rule, Verdict } from './rule.ts'
import type { TrafficSettings } from './settings.ts'

export type Kind = 'read' | 'write' | 'auth'

/** Counts requests by address, and operations by who asks for them. */
export interface Limits {
  /** Counts what comes to this app, from the hooks that were added before on. */
  guard(app: FastifyInstance): void
  /** Throws `too-many-requests` when this visitor has asked for too much of this kind. */
  admit(operation: Operation, request: FastifyRequest, visitor: Visitor): Promise<void> | undefined
  /** The same for one of several operations of a request, each of which is counted by its address, too. */
  admitOne(operation: Operation, request: FastifyRequest, visitor: Visitor): Promise<void>
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What was taken from which bucket for this request. */
    spent?: Verdict[]
  }
  interface FastifyContextConfig {
    /** How a route that is no operation is counted. */
    limit?: Kind
    /** It asks for several operations, each of which is admitted by itself. */
    isGraph?: boolean
  }
}

export interface LimitsOptions {
  readonly settings: TrafficSettings
  readonly buckets: Buckets
  readonly log: Logger
}

const limited = counter('rialto_requests_limited_total', 'Requests beyond a limit', ['limit'])

const windowSeconds = 60
/** Staff tend a whole shop, often by programs. */
const timesForStaff = 10

/**
 * Refuses what is beyond the limits. Answers from the cache are not counted. A visitor without an identity is
 * counted by address alone, as a new identity costs nothing.
 */
export function createLimits(options: LimitsOptions): Limits {
  const { settings, buckets } = options
  const rules = rulesOf(settings)
  const noticeProxy = proxyNotice(options)
  const spend = async (request: FastifyRequest, rule: Rule | undefined, whose: string) => {
    if (!rule) return undefined
    const verdict = await buckets.take(rule, whose)
    const others = (request.spent ?? []).filter((one) => one.rule !== rule)
    request.spent = [...others, verdict]
    if (verdict.allowed) return undefined
    limited(rule.name).add()
    request.retryAfterSeconds = Math.ceil(verdict.waitMs / 1_000)
    return refusal(verdict, request.retryAfterSeconds)
  }
  const orThrow = async (spending: ReturnType<typeof spend>) => {
    const problem = await spending
    if (problem) throw problem
  }
  const admit: Limits['admit'] = (operation, request, { actor, newGuest }) => {
    if (newGuest !== undefined || !('id' in actor)) return undefined
    const rule = (actor.kind === 'staff' ? rules.staff : rules.shopper)[kindOf(operation)]
    return orThrow(spend(request, rule, actor.id))
  }
  const count = async (
    request: FastifyRequest,
    reply: FastifyReply,
    rule: Rule | undefined,
    address: string,
  ) => {
    const problem = await spend(request, rule, address)
    if (problem) return refuse(request, reply, problem)
  }
  return {
    guard: (app) => {
      app.decorateRequest('spent', undefined)
      app.addHook('onRequest', (request, reply, done) => {
        const kind = kindOfRequest(request)
        const address = kind && countedAddress(request.ip)
        if (kind && address !== undefined) return count(request, reply, rules.address[kind], address)
        if (kind) noticeProxy(request)
        return done()
      })
      app.addHook('onSend', ({ spent }, reply, _, done) => {
        // What others may keep must not tell of this visitor.
        const isForAll = String(reply.getHeader('cache-control')).startsWith('public')
        if (spent && !isForAll) reply.headers(headersOf(spent))
        done()
      })
    },
    admit,
    admitOne: async (operation, request, visitor) => {
      const address = countedAddress(request.ip)
      if (address !== undefined) await orThrow(spend(request, rules.address[kindOf(operation)], address))
      await admit(operation, request, visitor)
    },
  }
}

/** The kind that the contract states, or else what follows from the method. */
export function kindOf({ limit, method }: Pick<Operation, 'limit' | 'method'>): Kind {
  return limit ?? (method === 'GET' ? 'read' : 'write')
}

/** Pages count as reads; documents, pictures and health are not counted. */
function kindOfRequest(request: FastifyRequest): Kind | undefined {
  const { operation, limit } = request.routeOptions.config
  if (operation) return kindOf(operation)
  if (limit) return limit
  return request.is404 && !request.url.startsWith('/_astro/') ? 'read' : undefined
}

/** Behind a proxy that is not trusted nobody is counted by address; whoever runs the shop should know, once. */
function proxyNotice({ settings, log }: LimitsOptions): (request: FastifyRequest) => void {
  let told = settings.TRUSTED_PROXIES !== undefined
  return ({ ip, headers }) => {
    if (told || headers['x-forwarded-for'] === undefined) return
    told = true
    log.warn({ proxy: ip }, 'visitors come through a proxy that TRUSTED_PROXIES does not name')
  }
}

type ByKind = Readonly<Record<Kind, Rule | undefined>>

function rulesOf(settings: TrafficSettings): Readonly<Record<'address' | 'shopper' | 'staff', ByKind>> {
  const rule = (name: string, quota: number) => (quota > 0 ? { name, quota, windowSeconds } : undefined)
  const byActor = (times: number): ByKind => ({
    read: rule('actor-reads', settings.RATE_LIMIT_ACTOR_READS * times),
    write: rule('actor-writes', settings.RATE_LIMIT_ACTOR_WRITES * times),
    auth: rule('actor-auth', settings.RATE_LIMIT_ACTOR_AUTH * times),
  })
  const address: ByKind = {
    read: rule('address-reads', settings.RATE_LIMIT_ADDRESS_READS),
    write: rule('address-writes', settings.RATE_LIMIT_ADDRESS_WRITES),
    auth: rule('address-auth', settings.RATE_LIMIT_ADDRESS_AUTH),
  }
  return { address, shopper: byActor(1), staff: byActor(timesForStaff) }
}

function refusal({ rule }: Verdict, seconds: number): Problem {
  const { quota } = rule
  return tooManyRequests(
    `There may be ${quota} such requests in ${windowSeconds} s. Try again in ${seconds} s.`,
  )
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-10, with the policies that this request was counted by. */
function headersOf(spent: readonly Verdict[]): Record<string, string> {
  return {
    'ratelimit-policy': spent
      .map(({ rule }) => `"${rule.name}";q=${rule.quota};w=${rule.windowSeconds}`)
      .join(', '),
    ratelimit: spent
      .map(({ rule, remaining, waitMs }) => {
        const wait = remaining === 0 ? `;t=${Math.max(1, Math.ceil(waitMs / 1_000))}` : ''
        return `"${rule.name}";r=${remaining}${wait}`
      })
      .join(', '),
  }
}
