import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path/posix'

/** What each file of the project loads. Files are named by their path from the root. */
export interface Imports {
  readonly files: ReadonlySet<string>
  /** The folder with a package.json that the file is in; `.` for the root. */
  readonly roomOf: (file: string) => string
  readonly importsOf: (file: string) => readonly Import[]
  /** All that is loaded with these files, themselves too. What `stops` tells is not entered. */
  readonly closure: (files: Iterable<string>, stops?: (file: string) => boolean) => ReadonlySet<string>
}

export interface Import {
  readonly file: string
  /** What is taken from it by name; empty for a whole module and for what is started by its path. */
  readonly names: readonly string[]
}

export interface Source {
  /** All files of the project, from its root. */
  readonly paths: readonly string[]
  readonly read: (path: string) => string
}

/**
 * Reads the imports of all code: static, dynamic, and programs that are started by the name of their file. What is
 * imported as a type is gone when the code runs, so it does not count.
 */
export function readImports({ paths, read }: Source): Imports {
  const files = new Set(paths)
  const packages = readPackages(paths, read)
  const known = new Map<string, readonly Import[]>()
  const importsOf = (file: string) => {
    const found = known.get(file) ?? (isCode(file) ? importsIn(file, read(file), files, packages) : [])
    known.set(file, found)
    return found
  }
  return {
    files,
    roomOf: (file) => roomOf(file, packages),
    importsOf,
    closure: (from, stops = () => false) => {
      const reached = new Set<string>()
      const waiting = [...from]
      for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
        if (reached.has(file)) continue
        reached.add(file)
        for (const { file: next } of importsOf(file)) if (!stops(next)) waiting.push(next)
      }
      return reached
    },
  }
}

/** The files that git knows or would take. */
export function projectSource(root: string): Source {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 2 ** 26,
  })
  const paths = listed.toString().split('\0').filter(Boolean)
  return {
    paths: paths.filter((path) => existsSync(join(root, path))),
    read: (path) => readFileSync(join(root, path), 'utf8'),
  }
}

export function isCode(file: string): boolean {
  return /\.(?:ts|mjs|astro)$/.test(file)
}

export function isTest(file: string): boolean {
  return /\.test\.ts$/.test(file)
}

interface Package {
  readonly folder: string
  readonly name: string
  readonly exports: Readonly<Record<string, string>>
}

function readPackages(paths: readonly string[], read: Source['read']): Package[] {
  return paths
    .filter((path) => path.endsWith('/package.json'))
    .map((path) => {
      const { name = '', exports = {} } = JSON.parse(read(path)) as Partial<Package>
      return { folder: dirname(path), name, exports }
    })
    .sort((one, other) => other.folder.length - one.folder.length)
}

function roomOf(file: string, packages: readonly Package[]): string {
  return packages.find(({ folder }) => file.startsWith(`${folder}/`))?.folder ?? '.'
}

const statements =
  /\b(?:import|export)\s+(type\s+)?((?:[\w$*]+\s*,?\s*)?(?:\{[^}]*\}|\*\s+as\s+\w+)?)\s*from\s+['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g

function importsIn(
  file: string,
  text: string,
  files: ReadonlySet<string>,
  packages: readonly Package[],
): Import[] {
  const found: Import[] = []
  const add = (target: string | undefined, names: readonly string[]) => {
    const reached = target === undefined ? undefined : resolveTarget(file, target, files, packages)
    if (reached !== undefined && reached !== file) found.push({ file: reached, names })
  }
  for (const [, type, clause = '', from, alone] of text.matchAll(statements))
    if (!type) add(from ?? alone, namesIn(clause))
  // `join(root, 'rialto.ts')` and `new URL('./guard.mjs', import.meta.url)` start programs.
  for (const [, path = ''] of text
    .replaceAll(statements, '')
    .matchAll(/['"]((?:[\w.-]+\/)*[\w.-]+\.(?:ts|mjs))['"]/g)) {
    add(path.startsWith('.') ? path : `./${path}`, [])
    if (files.has(path)) found.push({ file: path, names: [] })
  }
  return found
}

function namesIn(clause: string): string[] {
  const inside = /\{([^}]*)\}/.exec(clause)?.[1] ?? ''
  return inside
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith('type '))
    .map((part) => part.split(/\s+as\s+/)[0] ?? part)
}

function resolveTarget(
  file: string,
  target: string,
  files: ReadonlySet<string>,
  packages: readonly Package[],
): string | undefined {
  const path = target.startsWith('.') ? normalize(join(dirname(file), target)) : inPackage(target, packages)
  return path !== undefined && files.has(path) ? path : undefined
}

function inPackage(target: string, packages: readonly Package[]): string | undefined {
  const owner = packages.find(({ name }) => target === name || target.startsWith(`${name}/`))
  if (!owner || owner.name === '') return undefined
  const wanted = `.${target.slice(owner.name.length)}`
  for (const [key, to] of Object.entries(owner.exports)) {
    if (key === wanted) return normalize(join(owner.folder, to))
    const [before = '', after] = key.split('*')
    if (after !== undefined && wanted.startsWith(before))
      return normalize(join(owner.folder, to.replace('*', wanted.slice(before.length))))
  }
  return undefined
}
