import type { Broker } from '@rialto/kit/broker'
import type { Call } from '@rialto/kit/client'
import { unavailable } from '@rialto/kit/problem'
import type { Logger } from '@rialto/kit/telemetry'
import { pricing, type WaitingRoom, waitingRoomChanged } from '@rialto/pricing/contract'
import type { Room } from './line.ts'

/** A room as staff have set it. */
export interface SetRoom extends Room {
  readonly version: number
  /** Whether it is for some goods only. */
  readonly isForSome: boolean
}

export interface PresentRoom {
  /** The one that is known of now, if people wait for it. */
  known(): SetRoom | undefined
  /**
   * The same, asked for first where it was never told. A gateway that has just started then refuses rather than to let
   * somebody through a sale that it has not heard of; for a while only, as pricing may be away for long.
   */
  settled(): Promise<SetRoom | undefined>
  look(): Promise<void>
  close(): void
}

export interface PresentRoomOptions {
  readonly call: Call
  readonly broker: Broker
  readonly log: Logger
  readonly now?: () => number
}

const lookEveryMs = 10_000
const patienceMs = 2_000
/** For so long after the start nobody buys before pricing has told which room there is. */
const closedForMs = 30_000

/** The room that staff have set, asked for again and again, and at once when it was changed. */
export function openPresentRoom({ call, broker, log, now = Date.now }: PresentRoomOptions): PresentRoom {
  const openedAt = now()
  let room: SetRoom | undefined
  let isTold = false
  let looking: Promise<void> | undefined
  const ask = async () => {
    try {
      const answer = await call(pricing.getWaitingRoom, {}, { timeoutMs: patienceMs })
      room = answer?.room && roomOf(answer.room)
      isTold = true
    } catch (error) {
      // Whatever room there was stays.
      log.debug({ error: String(error) }, 'the waiting room could not be asked for')
    }
  }
  const known = () => (room && now() >= room.waitsFrom && now() < room.endsAt ? room : undefined)
  const timer = setInterval(ask, lookEveryMs)
  timer.unref()
  const stop = broker.watch(
    [waitingRoomChanged.name],
    () => void ask(),
    () => void ask(),
  )
  return {
    known,
    look: ask,
    settled: async () => {
      if (isTold) return known()
      looking ??= ask().finally(() => {
        looking = undefined
      })
      await looking
      if (isTold || now() >= openedAt + closedForMs) return known()
      throw unavailable(
        'The shop has just started, and does not know yet whether there is a line. Ask again.',
        {
          service: pricing.getWaitingRoom.service,
        },
      )
    },
    close: () => {
      clearInterval(timer)
      stop()
    },
  }
}

function roomOf(room: WaitingRoom): SetRoom {
  const { id, version, perMinute, passMinutes, productIds, categoryIds } = room
  return {
    ...{ id, version, perMinute, passMs: passMinutes * 60_000 },
    waitsFrom: Date.parse(room.waitsFrom),
    opensAt: Date.parse(room.opensAt),
    endsAt: Date.parse(room.endsAt),
    isForSome: productIds !== undefined || categoryIds !== undefined,
  }
}
