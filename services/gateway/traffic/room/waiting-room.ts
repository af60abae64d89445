import { createHmac } from 'node:crypto'
import type { Actor } from '@rialto/kit/access'
import type { Operation } from '@rialto/kit/contract'
import { deadlineExceeded, is, unavailable } from '@rialto/kit/problem'
import { orders } from '@rialto/orders/contract'
import { waitingRoom } from '@rialto/pricing/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Sessions, type Visitor, visitorOf } from '../../session.ts'
import { ahead, type Room, waitMs } from './line.ts'
import type { Lines, Standing } from './lines.ts'
import { waitingPage } from './page.ts'
import { openPresentRoom, type PresentRoomOptions, type SetRoom } from './present-room.ts'
import { openSaleGoods, type SaleGoodsOptions } from './sale-goods.ts'

export interface WaitingRoom {
  /** Throws `waiting-room` when it is not this visitor's turn to do this. */
  admitOne(operation: Operation, request: FastifyRequest, visitor: Visitor): Promise<void> | undefined
  /** Leads those who come to the checkout to their place, and shows it. */
  guard(app: FastifyInstance): void
  /** Asks which room there is. */
  look(): Promise<void>
  close(): void
}

export interface WaitingRoomOptions extends PresentRoomOptions, SaleGoodsOptions {
  readonly sessions: Sessions
  readonly lines: Lines
  /** Nobody can foresee the order of those who came early without it. */
  readonly secret: string
}

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
  const { lines, sessions, secret } = options
  const present = openPresentRoom(options)
  const goods = openSaleGoods(options)
  const turnOf = async (room: Room, whose: string): Promise<Turn> => {
    const standing = await lines.stand(room, whose)
    return turnIn(room, standing, createHmac('sha256', secret).update(room.id).digest('hex'), () =>
      lines.letIn(room, whose),
    )
  }
  const isFor = async (room: SetRoom, actor: Actor) => !room.isForSome || goods.inCartOf(actor, room)
  const admit = async (request: FastifyRequest, { actor, newGuest }: Visitor) => {
    const whose = ownerOf(actor)
    // Whoever is new has no cart to buy.
    if (newGuest !== undefined || whose === undefined) return
    const room = await present.settled()
    if (!room || !(await isFor(room, actor))) return
    const turn = await turnOf(room, whose)
    if (turn.isIn) return
    request.retryAfterSeconds = pauseOf(turn)
    throw refusal(turn)
  }
  return {
    admitOne: (operation, request, visitor) => (isCovered(operation) ? admit(request, visitor) : undefined),
    guard: (app) => {
      const lead = async (request: FastifyRequest, reply: FastifyReply) => {
        const room = present.known()
        if (!room) return
        const { actor, newGuest } = await visitorOf(request, sessions)
        if (actor.kind === 'staff') return
        const whose = newGuest === undefined ? ownerOf(actor) : undefined
        if (room.isForSome && (whose === undefined || !(await orWhileAway(isFor(room, actor), false)))) return
        if (whose !== undefined && (await orWhileAway(turnOf(room, whose), undefined))?.isIn) return
        return reply.redirect('/waiting-room', 303)
      }
      app.addHook('onRequest', (request, reply, done) => {
        const isCheckout = request.is404 && request.method === 'GET' && isCheckoutPage(request.url)
        return isCheckout ? lead(request, reply) : done()
      })
      app.get('/waiting-room', { config: { limit: 'write' } }, async (request, reply) => {
        const room = present.known()
        if (!room) return reply.redirect(checkout, 303)
        const { actor, newGuest } = await visitorOf(request, sessions)
        const whose = ownerOf(actor)
        if (newGuest !== undefined) sessions.giveGuest(reply, newGuest)
        if (whose === undefined || !(await orWhileAway(isFor(room, actor), true)))
          return reply.redirect(checkout, 303)
        const turn = await orWhileAway(turnOf(room, whose), undefined)
        if (turn?.isIn) return reply.redirect(checkout, 303)
        return reply
          .headers({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
          .send(waitingPage(turn, { opensAt: room.opensAt, againSeconds: pauseOf(turn) }))
      })
    },
    look: present.look,
    close: () => {
      present.close()
      lines.close()
    },
  }
}

/** Pages are no purchase: while somebody who has to be asked is away they are shown, which the checkout itself is not. */
async function orWhileAway<Value, Else>(asked: Promise<Value>, whileAway: Else): Promise<Value | Else> {
  try {
    return await asked
  } catch (error) {
    if (is(error, unavailable) || is(error, deadlineExceeded)) return whileAway
    throw error
  }
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

function pauseOf(turn: Turn | undefined): number {
  const { waitSeconds } = turn ?? { waitSeconds: askAgainSeconds.most }
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
