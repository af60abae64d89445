import { createHmac } from 'node:crypto'
import type { Actor } from '@rialto/kit/access'
import type { Broker } from '@rialto/kit/broker'
import type { Call } from '@rialto/kit/client'
import type { Operation } from '@rialto/kit/contract'
import type { Logger } from '@rialto/kit/telemetry'
import { orders } from '@rialto/orders/contract'
import { pricing, waitingRoom, waitingRoomChanged } from '@rialto/pricing/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Sessions, type Visitor, visitorOf } from '../../session.ts'
import { ahead, type Room, waitMs } from './line.ts'
import type { Lines, Standing } from './lines.ts'
import { waitingPage } from './page.ts'

export interface WaitingRoom {
  /** Throws `waiting-room` when it is not this visitor's turn to do this. */
  admitOne(operation: Operation, request: FastifyRequest, visitor: Visitor): Promise<void>
  /** Leads those who come to the checkout to their place, and shows it. */
  guard(app: FastifyInstance): void
  /** Asks which room there is. */
  look(): Promise<void>
  close(): void
}

export interface WaitingRoomOptions {
  readonly call: Call
  readonly broker: Broker
  readonly sessions: Sessions
  readonly lines: Lines
  readonly log: Logger
  /** Nobody can foresee the order of those who came early without it. */
  readonly secret: string
  readonly now?: () => number
}

const lookEveryMs = 10_000
/** A client may ask as often as this; a page comes again by itself. */
const askAgainSeconds = { least: 2, most: 30 }
const checkout = '/checkout'

interface Turn {
  readonly isIn: boolean
  /** Undefined before it opens. */
  readonly ahead?: number
  readonly waitSeconds: number
}

export function openWaitingRoom(options: WaitingRoomOptions): WaitingRoom {
  const { lines, sessions, now = Date.now } = options
  const known = knowRoom(options)
  const present = () => {
    const room = known.room()
    return room && now() >= room.waitsFrom && now() < room.endsAt ? room : undefined
  }
  const turnOf = async (room: Room, whose: string): Promise<Turn> => {
    const standing = await lines.stand(room, whose)
    return turnIn(room, standing, createHmac('sha256', options.secret).update(room.id).digest('hex'), () =>
      lines.letIn(room, whose),
    )
  }
  return {
    admitOne: async (operation, request, { actor, newGuest }) => {
      const room = present()
      const whose = ownerOf(actor)
      // Whoever is new has no cart to buy.
      if (!room || !isCovered(operation) || newGuest !== undefined || whose === undefined) return
      const turn = await turnOf(room, whose)
      if (turn.isIn) return
      request.retryAfterSeconds = pauseOf(turn)
      throw refusal(turn)
    },
    guard: (app) => {
      app.addHook('onRequest', async (request, reply) => {
        if (!request.is404 || request.method !== 'GET' || !isCheckoutPage(request.url)) return
        const room = present()
        if (!room) return
        const { actor, newGuest } = await visitorOf(request, sessions)
        const whose = newGuest === undefined ? ownerOf(actor) : undefined
        if (actor.kind === 'staff' || (whose !== undefined && (await turnOf(room, whose)).isIn)) return
        return reply.redirect('/waiting-room', 303)
      })
      app.get('/waiting-room', { config: { limit: 'write' } }, async (request, reply) => {
        const room = present()
        if (!room) return reply.redirect(checkout, 303)
        const { actor, newGuest } = await visitorOf(request, sessions)
        if (newGuest !== undefined) sessions.giveGuest(reply, newGuest)
        const turn = await turnOf(room, ownerOf(actor) ?? '')
        if (turn.isIn) return reply.redirect(checkout, 303)
        return reply
          .headers({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
          .send(waitingPage({ ...turn, opensAt: room.opensAt, againSeconds: pauseOf(turn) }))
      })
    },
    look: known.look,
    close: () => {
      known.close()
      lines.close()
    },
  }
}

/** The room that staff have set, asked for again and again, and at once when it was changed. */
function knowRoom({ call, broker, log }: WaitingRoomOptions) {
  let room: Room | undefined
  const look = async () => {
    try {
      const answer = await call(pricing.getWaitingRoom, {})
      room = answer?.room && roomOf(answer.room)
    } catch (error) {
      // Whatever room there was stays.
      log.debug({ error: String(error) }, 'the waiting room could not be asked for')
    }
  }
  const timer = setInterval(look, lookEveryMs)
  timer.unref()
  const stop = broker.watch(
    [waitingRoomChanged.name],
    () => void look(),
    () => void look(),
  )
  return {
    room: () => room,
    look,
    close: () => {
      clearInterval(timer)
      stop()
    },
  }
}

interface SetRoom {
  readonly id: string
  readonly waitsFrom: string
  readonly opensAt: string
  readonly endsAt: string
  readonly perMinute: number
  readonly passMinutes: number
}

function roomOf({ id, waitsFrom, opensAt, endsAt, perMinute, passMinutes }: SetRoom): Room {
  const [from, open, end] = [waitsFrom, opensAt, endsAt].map(Date.parse) as [number, number, number]
  return { id, waitsFrom: from, opensAt: open, endsAt: end, perMinute, passMs: passMinutes * 60_000 }
}

async function turnIn(
  room: Room,
  { number, line, inSince }: Standing,
  secret: string,
  letIn: () => number | Promise<number>,
): Promise<Turn> {
  if (inSince !== undefined) return { isIn: true, waitSeconds: 0 }
  const before = ahead(number, line, room, secret)
  if (before === 0) {
    await letIn()
    return { isIn: true, waitSeconds: 0 }
  }
  const ms = before === undefined ? room.opensAt - line.at : waitMs(before, room)
  return { isIn: false, ahead: before, waitSeconds: Math.max(1, Math.ceil(ms / 1_000)) }
}

function refusal({ ahead: before, waitSeconds }: Turn) {
  const words =
    before === undefined
      ? `The sale begins in ${waitSeconds} s, and who comes first is drawn then. You have a place.`
      : `There are ${before} before you, for about ${waitSeconds} s. Ask again: your place is kept.`
  return waitingRoom(words, { ...(before !== undefined && { ahead: before }), waitSeconds })
}

function pauseOf({ waitSeconds }: Turn): number {
  return Math.min(askAgainSeconds.most, Math.max(askAgainSeconds.least, Math.ceil(waitSeconds / 4)))
}

function isCovered({ service, name }: Operation): boolean {
  return service === orders.checkout.service && name === orders.checkout.name
}

function isCheckoutPage(url: string): boolean {
  const [path] = url.split('?')
  return path === checkout || path === `${checkout}/`
}

/** A guest who signs in stays the same one; staff do not stand in line. */
function ownerOf(actor: Actor): string | undefined {
  if (actor.kind === 'guest') return actor.id
  return actor.kind === 'customer' ? (actor.guestId ?? actor.id) : undefined
}
