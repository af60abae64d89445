import { setTimeout as pause } from 'node:timers/promises'
import type { Dispatch } from './dispatch.ts'
import { conflict, notFound, unavailable } from './problem.ts'

// Faults on purpose, to see what the rest makes of them. Each ends by itself.

export interface InjectedFault {
  readonly service: string
  readonly kind: 'slow' | 'fail' | 'crash'
  /** Of the requests to it. */
  readonly percent: number
  readonly delayMs: number
  /** Epoch milliseconds at which it ends. */
  readonly until: number
}

export interface Faults {
  /** A service's door with its present fault before it. */
  around(service: string, dispatch: Dispatch): Dispatch
  inject(fault: InjectedFault): void
  remove(service: string): void
  list(): readonly InjectedFault[]
}

export interface FaultsOptions {
  /** Ends the process, as a crash does; none where the whole shop would end with it. */
  readonly crash?: () => void
  readonly now?: () => number
  readonly random?: () => number
}

export function createFaults({ crash, now = Date.now, random = Math.random }: FaultsOptions = {}): Faults {
  const known = new Set<string>()
  const present = new Map<string, InjectedFault>()
  const faultOf = (service: string) => {
    const fault = present.get(service)
    if (fault && fault.until > now()) return fault
    present.delete(service)
    return undefined
  }
  const demand = (service: string) => {
    if (!known.has(service)) throw notFound(`There is no service ${service.slice(0, 100)} here.`)
  }
  return {
    around: (service, dispatch) => {
      known.add(service)
      return async (operation, input, request) => {
        const fault = faultOf(service)
        if (fault && random() * 100 < fault.percent) await suffer(fault)
        return dispatch(operation, input, request)
      }
    },
    inject: (fault) => {
      demand(fault.service)
      if (fault.kind !== 'crash') return void present.set(fault.service, fault)
      if (!crash)
        throw conflict('All of the shop is one process, which would end. Crash services of a fleet.')
      crash()
    },
    remove: (service) => {
      demand(service)
      present.delete(service)
    },
    list: () => [...present.keys()].flatMap((service) => faultOf(service) ?? []),
  }
}

async function suffer({ kind, service, delayMs }: InjectedFault): Promise<void> {
  if (kind === 'slow') await pause(delayMs)
  else throw unavailable(`The ${service} service is away on purpose.`, { service })
}
