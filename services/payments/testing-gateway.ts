import type { Service } from '@rialto/kit/service'
import type { Gateway } from './gateway.ts'
import type { Own } from './own.ts'
import service from './service.ts'

type Deed = 'authorize' | 'capture' | 'void' | 'refund' | 'status'

/** What the gateway's wire does to a request until it is mended; `lost`: it never arrives, `mute`: no answer comes. */
export interface Wire {
  readonly faults: Map<Deed, 'lost' | 'mute' | (() => Promise<unknown>)>
  /** How often each deed was asked of the gateway, arrived or not. */
  readonly asked: Map<Deed, number>
}

/** The service with its real sandbox gateway behind a wire that can be cut. */
export function wired(): { service: Service; wire: Wire } {
  const wire: Wire = { faults: new Map(), asked: new Map() }
  const open = async (opened: never): Promise<Own> => {
    const own = (await service.open?.(opened)) as Own
    return { ...own, gateways: { sandbox: behind(wire, own.gateways.sandbox as Gateway) } }
  }
  return { service: { ...service, open } as Service, wire }
}

function behind(wire: Wire, gateway: Gateway): Gateway {
  const around =
    <Args extends unknown[], Answer>(deed: Deed, call: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      wire.asked.set(deed, (wire.asked.get(deed) ?? 0) + 1)
      const fault = wire.faults.get(deed)
      if (fault === 'lost') throw new Error('connection refused')
      if (typeof fault === 'function') return (await fault()) as Answer
      const answer = await call(...args)
      if (fault === 'mute') throw new Error('connection reset')
      return answer
    }
  return {
    ...gateway,
    authorize: around('authorize', gateway.authorize),
    capture: around('capture', gateway.capture),
    void: around('void', gateway.void),
    refund: around('refund', gateway.refund),
    status: around('status', gateway.status),
  }
}
