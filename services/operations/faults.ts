import type { InjectedFault } from '@rialto/kit/faults'
import { conflict, notFound } from '@rialto/kit/problem'
import type { Fault } from './contract.ts'
import { gather, type LiveProcess } from './informants.ts'
import type { Answers, OperationsOptions } from './operations.ts'

interface Told {
  readonly allowed: boolean
  readonly items: readonly InjectedFault[]
}

type Switches = Pick<Answers, 'listFaults' | 'injectFault' | 'removeFault'>

export function faultSwitches({ informants, now = () => new Date() }: OperationsOptions): Switches {
  const ask = async () => {
    const { answers, silent } = await gather<Told>(informants, { path: '/instance/faults' })
    const told = answers.map(({ answer }) => answer)
    return { allowed: told.some(({ allowed }) => allowed), items: faultsIn(told), silent }
  }
  /** Those that have the service; refuses where faults are not for the injecting. */
  const havers = async (service: string): Promise<readonly LiveProcess[]> => {
    const { allowed } = await ask()
    if (!allowed) throw conflict('Faults are injected in development only.')
    const having = (await informants.live()).filter(({ services }) => services.includes(service))
    if (having.length === 0) throw notFound('No living instance has a service of this name.')
    return having
  }
  return {
    listFaults: ask,
    injectFault: async ({ service, kind, percent = 100, delayMs = 2_000, seconds = 60 }) => {
      const having = await havers(service)
      const fault = { kind, percent, delayMs, seconds }
      const path = `/instance/faults/${encodeURIComponent(service)}`
      const instances = await eachOf(having, (process) =>
        informants.ask(process, { method: 'PUT', path, body: fault }),
      )
      const until = new Date(now().getTime() + (kind === 'crash' ? 0 : seconds * 1_000)).toISOString()
      return { service, kind, percent, delayMs, until, instances }
    },
    removeFault: async ({ service }) => {
      const having = await havers(service)
      const path = `/instance/faults/${encodeURIComponent(service)}`
      await eachOf(having, (process) => informants.ask(process, { method: 'DELETE', path }))
      return null
    },
  }
}

/** Tells how many took it. Throws what the first said if none did. */
async function eachOf(processes: readonly LiveProcess[], act: (process: LiveProcess) => Promise<unknown>) {
  const results = await Promise.allSettled(processes.map(act))
  const failed = results.find((result) => result.status === 'rejected')
  const done = results.filter(({ status }) => status === 'fulfilled').length
  if (failed && done === 0) throw failed.reason
  return done
}

function faultsIn(told: readonly Told[]): Fault[] {
  const groups = Map.groupBy(
    told.flatMap(({ items }) => items),
    ({ service }) => service,
  )
  return [...groups.values()].map((group) => {
    const last = group.reduce((one, other) => (other.until > one.until ? other : one))
    return { ...last, until: new Date(last.until).toISOString(), instances: group.length }
  })
}
