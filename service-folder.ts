import { existsSync, realpathSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Service } from '@rialto/kit/service'
import { isServiceName } from './services.ts'

/** Told to whoever named the folder. */
export class WrongFolder extends Error {}

/** Whether a word names a folder, and not a part: it has a separator, as in `./loyalty` or `../loyalty`. */
export function isFolder(word: string): boolean {
  return word.includes('/') || word.includes(sep)
}

/** Loads services that are not in this repository. What they import of @rialto is what this repository has. */
export async function loadFolders(folders: readonly string[] = []): Promise<Service[]> {
  const services: Service[] = []
  for (const folder of folders) services.push(await loadFolder(folder))
  return services
}

async function loadFolder(folder: string): Promise<Service> {
  const file = join(resolve(folder), 'service.ts')
  if (!existsSync(file)) throw new WrongFolder(`There is no service.ts in ${resolve(folder)}.`)
  const url = pathToFileURL(realpathSync(file)).href
  lendKit(new URL('.', url).href)
  const { default: service } = (await import(url)) as { default?: Service }
  if (!service?.contract || !service.routes)
    throw new WrongFolder(`${file} exports no service: export default service(contract, { … })`)
  const { name } = service.contract
  if (isServiceName(name)) throw new WrongFolder(`There is a service named ${name} already.`)
  return service
}

function lendKit(folder: string): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const isLent = specifier.startsWith('@rialto/') && context.parentURL?.startsWith(folder)
      return next(specifier, isLent ? { ...context, parentURL: import.meta.url } : context)
    },
  })
}
