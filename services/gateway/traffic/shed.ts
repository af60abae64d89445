import { accessList, isRaw, type Operation } from '@rialto/kit/contract'
import type { Dispatch } from '@rialto/kit/dispatch'
import { counter, gauge } from '@rialto/kit/metrics'
import { overloaded } from '@rialto/kit/problem'
import type { Logger } from '@rialto/kit/telemetry'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { sendKept } from '../caching.ts'
import { guestCookie, sessionCookie } from '../session.ts'
import { isFromPage } from './from-page.ts'
import { kindOf } from './limits.ts'
import { refuse } from './refuse.ts'
import { calm, isAdmitted, lookEveryMs, type Mood, nextMood, type Priority } from './rush.ts'

export interface SheddingOptions {
  /** Requests under way at once that this process can well bear. */
  readonly bearable: number
  readonly log: Logger
  readonly random?: () => number
}

/** Turns away what can wait while there is too much to do. */
export interface Shedding {
  /** Sheds what comes to this app, from the hooks that were added before on. */
  guard(app: FastifyInstance): void
  /** Throws `overloaded` when one of several operations of a request can wait. */
  admitOne(operation: Operation, request: FastifyRequest): void
  /** The same door, with what is under way counted. */
  counted(dispatch: Dispatch): Dispatch
  close(): void
}

const shed = counter('rialto_requests_shed_total', 'Requests turned away in a rush', ['priority'])

/** Refusals ask to come again after so many seconds, each after another time: all at once would be the next rush. */
const pauseSeconds = { least: 2, spread: 6 }

/**
 * Turns requests away by their priority while the shop is overloaded. Answers from the cache come before this,
 * and what a page asks for belongs to the page, which was admitted already.
 */
export function createShedding({ bearable, log, random = Math.random }: SheddingOptions): Shedding {
  const load = { underWay: 0, buying: 0 }
  let mood: Mood = calm
  let turnedAway = 0
  const mustWait = (priority: Priority | undefined) =>
    priority !== undefined && !isAdmitted(priority, load, mood, bearable)
  const turnAway = (request: FastifyRequest, priority = '') => {
    turnedAway++
    shed(priority).add()
    const seconds = pauseSeconds.least + Math.floor(random() * pauseSeconds.spread)
    request.retryAfterSeconds = seconds
    return overloaded(`More is going on than the shop can bear. Try again in ${seconds} s.`)
  }
  const guard = (app: FastifyInstance) => {
    app.addHook('onRequest', (request, reply, done) => {
      const priority = isFromPage(request) ? undefined : priorityOf(request)
      if (!mustWait(priority)) return done()
      if (request.stale) sendKept(request.stale, request, reply)
      else refuse(request, reply, turnAway(request, priority))
    })
  }
  const admitOne: Shedding['admitOne'] = (operation, request) => {
    const priority = priorityOfOperation(operation, aboutOf(request))
    if (mustWait(priority)) throw turnAway(request, priority)
  }
  const look = (at: number, lateMs: number) => {
    const before = mood.name
    mood = nextMood(mood, { ...load, lateMs, at }, bearable)
    if (mood.name === before) return
    if (mood.name === 'calm') log.warn({ turnedAway }, 'the rush is over')
    else log.warn({ ...load, lateMs }, 'the shop is overloaded; what can wait is turned away')
    turnedAway = 0
  }
  const counted: Shedding['counted'] = (dispatch) => async (operation, input, request) => {
    const kind = operation.urgent ? 'buying' : 'underWay'
    load[kind]++
    try {
      return await dispatch(operation, input, request)
    } finally {
      load[kind]--
    }
  }
  const unmeasure = gauge('rialto_requests_under_way', 'Requests at work', ['kind'], () => [
    { labels: { kind: 'other' }, value: load.underWay },
    { labels: { kind: 'buying' }, value: load.buying },
  ])
  const endLooking = lookAgainAndAgain(look)
  const close = () => {
    endLooking()
    unmeasure()
  }
  return { guard, admitOne, counted, close }
}

/** A timer that comes late tells by how much everything else is late. Answers with what ends it. */
function lookAgainAndAgain(look: (at: number, lateMs: number) => void): () => void {
  let expected = performance.now() + lookEveryMs
  const timer = setInterval(() => {
    const now = performance.now()
    look(now, Math.max(0, now - expected))
    expected = now + lookEveryMs
  }, lookEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** What a request is for, as far as it can be told before anything is done for it; undefined is always admitted. */
function priorityOf(request: FastifyRequest): Priority | undefined {
  const { operation, limit, isGraph } = request.routeOptions.config
  if (isGraph) return undefined
  const about = aboutOf(request)
  if (operation) return priorityOfOperation(operation, about)
  if (limit) return priorityOfPage(limit === 'read' ? 'GET' : 'POST', about)
  if (!request.is404 || request.url.startsWith('/_astro/')) return undefined
  return priorityOfPage(request.method, about)
}

interface About {
  /** Whether the visitor has bought, signed in or put something into a cart before. */
  readonly isKnown: boolean
  readonly isCrawler: boolean
}

export function priorityOfOperation(operation: Operation, { isKnown, isCrawler }: About): Priority {
  if (operation.urgent) return 'buying'
  if (isRaw(operation.body)) return 'browsing'
  const kind = kindOf(operation)
  if (kind === 'auth') return 'shopping'
  // Whoever has a cart already comes before those who would like one.
  if (kind === 'write') return isKnown ? 'shopping' : 'entering'
  if (!accessList(operation).includes('anyone')) return 'owning'
  return isCrawler ? 'crawling' : 'browsing'
}

/** Which pages there are only the storefront knows; who asks tells enough. */
export function priorityOfPage(method: string, { isKnown, isCrawler }: About): Priority {
  const reads = method === 'GET' || method === 'HEAD'
  if (isKnown) return reads ? 'owning' : 'shopping'
  if (!reads) return 'entering'
  return isCrawler ? 'crawling' : 'browsing'
}

function aboutOf(request: FastifyRequest): About {
  const { 'user-agent': agent = '' } = request.headers
  return { isKnown: isKnown(request), isCrawler: crawlers.test(agent) }
}

function isKnown({ headers: { authorization, cookie = '' } }: FastifyRequest): boolean {
  return (
    authorization !== undefined || cookie.includes(`${sessionCookie}=`) || cookie.includes(`${guestCookie}=`)
  )
}

/** Those that say so; others are browsers to us. */
const crawlers = /bot\b|crawl|spider|slurp|scrap/i
