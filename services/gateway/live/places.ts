import { overloaded, tooManyRequests } from '@rialto/kit/problem'
import type { FastifyRequest } from 'fastify'
import type { Visitor } from '../session.ts'
import { countedAddress } from '../traffic/address.ts'

export interface PlaceLimits {
  readonly all: number
  /** Of one address, and of one shopper; 0 for any number. */
  readonly perAddress: number
  readonly perShopper: number
}

/** Who keeps a stream open holds one of few places. */
export interface Places {
  /** Answers with what gives the place back. Throws when there is none for this visitor. */
  take(request: FastifyRequest, visitor: Visitor): () => void
}

const comeAgainSeconds = 30

export function createPlaces({ all, perAddress, perShopper }: PlaceLimits): Places {
  const taken = new Map<string, number>()
  let open = 0
  return {
    take: (request, { actor, newGuest }) => {
      const address = countedAddress(request.ip)
      const isKnown = newGuest === undefined && 'id' in actor
      const counted = [
        ...(address === undefined || perAddress === 0 ? [] : [[`address ${address}`, perAddress] as const]),
        ...(isKnown && perShopper > 0 ? [[`shopper ${actor.id}`, perShopper] as const] : []),
      ]
      request.retryAfterSeconds = comeAgainSeconds
      if (open >= all)
        throw overloaded(`More is watched than the shop can bear. Try again in ${comeAgainSeconds} s.`)
      const full = counted.find(([whose, limit]) => (taken.get(whose) ?? 0) >= limit)
      if (full)
        throw tooManyRequests(`There may be ${full[1]} streams open at once. Close one of them first.`)
      request.retryAfterSeconds = undefined
      open++
      for (const [whose] of counted) taken.set(whose, (taken.get(whose) ?? 0) + 1)
      return once(() => {
        open--
        for (const [whose] of counted) giveBack(taken, whose)
      })
    },
  }
}

function giveBack(taken: Map<string, number>, whose: string): void {
  const left = (taken.get(whose) ?? 1) - 1
  if (left > 0) taken.set(whose, left)
  else taken.delete(whose)
}

function once(work: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    work()
  }
}
