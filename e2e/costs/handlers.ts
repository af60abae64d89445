import type { Service } from '@rialto/kit/service'
import { byItself, isByItself } from './statements.ts'

type Handler = (...given: unknown[]) => Promise<unknown>

/**
 * Hears of each operation that a handler has done for somebody, and marks what events, jobs and looks do as going on by
 * itself. Changes the services of this process, so a test that uses it has a process of its own.
 */
export function listenToHandlers(services: readonly Service[], hear: (operation: string) => void): void {
  for (const { contract, routes, hears, jobs, watches } of services) {
    const noted =
      (name: string, handle: Handler): Handler =>
      async (...given) => {
        const result = await handle(...given)
        if (!isByItself()) hear(`${contract.name}.${name}`)
        return result
      }
    const own = routes as unknown as Record<string, Handler | { write: Handler }>
    for (const [name, route] of Object.entries(own))
      own[name] =
        typeof route === 'function' ? noted(name, route) : { ...route, write: noted(name, route.write) }
    for (const one of hears as unknown as { handle: Handler }[]) one.handle = alone(one.handle)
    for (const one of jobs as unknown as { perform: Handler }[]) one.perform = alone(one.perform)
    for (const one of watches as unknown as { look: Handler }[]) one.look = alone(one.look)
  }
}

function alone(work: Handler): Handler {
  return (...given) => byItself(() => work(...given))
}
