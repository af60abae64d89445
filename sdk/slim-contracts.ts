import { pathToFileURL } from 'node:url'
import { accessList, isRaw, type Operation } from '@rialto/kit/contract'

/** As much of a plugin of Vite, Rollup or Rolldown as is needed here. */
interface Plugin {
  readonly name: string
  readonly enforce: 'pre'
  transform(
    code: string,
    id: string,
    options?: { readonly ssr?: boolean },
  ): Promise<{ code: string; map: null } | undefined>
}

/**
 * Makes contracts small for pages. A script writes `call(search.suggest, { q })` with the types of the whole contract, and
 * the browser gets of it what a request is made of: method, path and names of the operations that visitors may use, with
 * `staff` those of staff too, and the codes of problems. Schemas stay behind: a script that takes one in fails to build.
 */
export function slimContracts({ staff = false }: { readonly staff?: boolean } = {}): Plugin {
  return {
    name: 'slim-contracts',
    enforce: 'pre',
    transform: async (_, id, { ssr = false } = {}) => {
      const path = id.split('?')[0] ?? ''
      if (ssr || !/\/contract\.ts$/.test(path) || path.endsWith('/kit/contract.ts')) return undefined
      const exported = (await import(pathToFileURL(path).href)) as Record<string, unknown>
      const kept = Object.entries(exported).flatMap(([name, value]) => {
        const slim = slimOf(value, staff)
        return slim === undefined ? [] : [`export const ${name} = ${JSON.stringify(slim)}`]
      })
      return { code: kept.join('\n'), map: null }
    },
  }
}

function slimOf(value: unknown, staff: boolean): object | undefined {
  if (typeof value === 'function' && 'code' in value) return { code: value.code }
  if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) return undefined
  const operations = Object.entries(value as Record<string, Operation>)
  if (!operations.every(([, { service, path }]) => service && path)) return undefined
  return Object.fromEntries(
    operations.filter(([, operation]) => isFor(operation, staff)).map(([name, each]) => [name, slim(each)]),
  )
}

function isFor({ internal, ...operation }: Operation, staff: boolean): boolean {
  const open = accessList(operation).filter((access) => access !== 'service')
  return !internal && open.some((access) => staff || !access.startsWith('staff:'))
}

function slim({ service, name, method, path, query, body, idempotent, live }: Operation): object {
  const names = Object.keys(query?.properties ?? {}).map((field) => [field, 0])
  return {
    ...{ service, name, method, path },
    ...(idempotent && { idempotent }),
    ...(query && { query: { properties: Object.fromEntries(names) } }),
    ...(body && { body: isRaw(body) ? body : {} }),
    ...(live && { live }),
  }
}
