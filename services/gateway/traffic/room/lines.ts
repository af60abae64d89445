import { upTo } from '@rialto/kit/cache-limit'
import type { Logger } from '@rialto/kit/telemetry'
import { LRUCache } from 'lru-cache'
import { advance, emptyLine, enter, type Line, type Room } from './line.ts'

/** Who stands where. Each visitor has one place, however often they ask. */
export interface Lines {
  /** The visitor's place, given now where there was none or the one before is used up, and the line at this moment. */
  stand(room: Room, whose: string): Standing | Promise<Standing>
  /** Notes that the visitor was let in, unless that was noted before. Answers with when it was. */
  letIn(room: Room, whose: string): number | Promise<number>
  close(): void
}

export interface Standing {
  readonly number: number
  readonly line: Line
  /** When the visitor was let in. */
  readonly inSince?: number
}

/** Of some hundred bytes each. Beyond it, whoever was not seen for longest has to begin anew. */
const placesLimit = 500_000

/** A line in the memory of this process; there is one room at a time. `now` is in milliseconds since 1970. */
export function localLines(now: () => number = Date.now): Lines {
  const places = new LRUCache<string, { number: number; inSince?: number }>(upTo(placesLimit))
  let line = emptyLine
  let of: string | undefined
  const turnTo = ({ id }: Room) => {
    if (of === id) return
    of = id
    line = emptyLine
    places.clear()
  }
  return {
    stand: (room, whose) => {
      turnTo(room)
      const at = now()
      line = advance(line, room, at)
      let place = places.get(whose)
      if (!place || isOver(place.inSince, room, at)) {
        const entered = enter(line, room, at)
        line = entered.line
        place = { number: entered.number }
        places.set(whose, place)
      }
      return { ...place, line }
    },
    letIn: (room, whose) => {
      turnTo(room)
      const place = places.get(whose)
      if (!place) return 0
      place.inSince ??= now()
      return place.inSince
    },
    close: () => {},
  }
}

export interface LinesOptions {
  /** Of a Valkey or Redis that several gateways share. */
  readonly url?: string
  readonly log: Logger
  readonly now?: () => number
}

export async function openLines({ url, log, now }: LinesOptions): Promise<Lines> {
  if (url === undefined) return localLines(now)
  const { sharedLines } = await import('./shared-lines.ts')
  return sharedLines({ url, log })
}

function isOver(inSince: number | undefined, { passMs }: Room, now: number): boolean {
  return inSince !== undefined && inSince + passMs <= now
}
