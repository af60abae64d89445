import { Session } from 'node:inspector/promises'
import { join } from 'node:path'

const root = `file://${join(import.meta.dirname, '../..')}/`

/** Begins to take a profile of this process. What is returned ends it, and tells the share of each module. */
export async function startProfile(): Promise<() => Promise<[string, number][]>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 500 })
  await session.post('Profiler.start')
  return async () => {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    const modules = new Map(profile.nodes.map(({ id, callFrame }) => [id, moduleOf(callFrame)]))
    const counts = new Map<string, number>()
    for (const sample of profile.samples ?? []) {
      const module = modules.get(sample) ?? ''
      if (module !== '(idle)') counts.set(module, (counts.get(module) ?? 0) + 1)
    }
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
    return [...counts]
      .map(([module, count]): [string, number] => [module, count / all])
      .sort((a, b) => b[1] - a[1])
  }
}

/** `kit`, `services/cart`, the name of a package, `node`, or what the engine itself does. */
function moduleOf({ url, functionName }: { url: string; functionName: string }): string {
  if (url === '') return /^\((idle|garbage collector|program)\)$/.test(functionName) ? functionName : 'engine'
  if (url.startsWith('node:')) return 'node'
  const path = url.replace(root, '').replace('file://', '')
  const [, dependency] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? []
  if (dependency) return dependency
  return /^services\/[^/]+/.exec(path)?.[0] ?? path.split('/')[0] ?? path
}
