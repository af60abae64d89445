import { execFileSync } from 'node:child_process'
import { dirname, matchesGlob } from 'node:path'
import { parseArgs } from 'node:util'
import { serviceNames } from '../services.ts'
import { suites } from '../test.ts'
import { type Imports, isCode, isTest, projectSource, readImports } from './imports.ts'

/** What has to be tested and released after a change. */
export interface Touched {
  /** Processes whose image does something else now: services, and the gateway. */
  readonly services: readonly string[]
  /** Suites of `npm test` that load something of it. */
  readonly suites: readonly string[]
}

export const processNames: readonly string[] = [...serviceNames, 'gateway']

const root = `${import.meta.dirname}/..`
/** Loaded on demand: not by every process that names them. */
const doors = new Set(['open-gateway.ts', 'demo.ts', ...serviceNames.map(entryOf)])

/** Makes what says which processes and suites load one of the files, itself or by what it loads. */
export function createTouched(imports: Imports): (changed: readonly string[]) => Touched {
  const processes = [...loadedByProcesses(imports)]
  const tests = [...loadedBySuites(imports)]
  return (changed) => ({
    services: processes
      .filter(([name, loaded]) => changed.some((file) => touchesProcess(file, name, loaded, imports)))
      .map(([name]) => name),
    suites: tests
      .filter(([name, loaded]) => changed.some((file) => touchesSuite(file, name, loaded, imports)))
      .map(([name]) => name),
  })
}

function entryOf(name: string): string {
  return `services/${name}/service.ts`
}

/** Each process loads the frame that all have, and its own part. */
export function loadedByProcesses(imports: Imports): ReadonlyMap<string, ReadonlySet<string>> {
  const closed = (file: string) => doors.has(file)
  return new Map(
    processNames.map((name) => {
      const own = name === 'gateway' ? 'open-gateway.ts' : entryOf(name)
      return [name, imports.closure(['rialto.ts', own], closed)] as const
    }),
  )
}

function touchesProcess(file: string, name: string, loaded: ReadonlySet<string>, imports: Imports): boolean {
  if (isDocument(file) || isTest(file)) return false
  const room = imports.roomOf(file)
  // What all stand on is not told apart by who loads which of its files.
  if (room === 'kit') return !/testing\.ts$/.test(file)
  if (room === 'deploy') return isOfImage(file)
  if (room.startsWith('apps/')) return hasFileOf(room, loaded, imports)
  if (loaded.has(file)) return true
  if (isCode(file)) return !imports.files.has(file) && (room === `services/${name}` || room === '.')
  if (room === '.') return /^package(?:-lock)?\.json$|^\.npmrc$|^\.dockerignore$/.test(file)
  // Migrations and templates are read, not imported.
  return room.startsWith('services/') ? room === `services/${name}` : hasFileOf(room, loaded, imports)
}

function loadedBySuites(imports: Imports): ReadonlyMap<string, ReadonlySet<string>> {
  const tests = [...imports.files].filter(isTest)
  return new Map(
    suites.map(({ name, args }) => {
      const own = tests.filter((file) => args.some((glob) => matchesGlob(file, glob)))
      return [name, imports.closure([...own, ...args.filter((file) => imports.files.has(file))])] as const
    }),
  )
}

function touchesSuite(file: string, name: string, loaded: ReadonlySet<string>, imports: Imports): boolean {
  // Form, types, walls, promises and documents are looked at as a whole: that takes seconds.
  if (name === 'check') return true
  if (isDocument(file)) return false
  const room = imports.roomOf(file)
  if (loaded.has(file)) return true
  if (file.startsWith('.github/')) return name === 'deploy'
  if (room === 'deploy') return name === 'deploy' || isBesideTest(file, loaded)
  if (isCode(file) && imports.files.has(file)) return room.startsWith('apps/') && name === 'browser'
  return room === '.'
    ? !/^(?:biome|tsconfig)\.json$|^\.gitignore$/.test(file)
    : hasFileOf(room, loaded, imports)
}

/** Rules, settings and charts are read by the tests in their folder. */
function isBesideTest(file: string, loaded: ReadonlySet<string>): boolean {
  const folder = dirname(file)
  return folder !== 'deploy' && [...loaded].some((each) => isTest(each) && dirname(each) === folder)
}

function isDocument(file: string): boolean {
  return file.startsWith('docs/') || /\.md$|^LICENSE$/.test(file)
}

function isOfImage(file: string): boolean {
  return /^deploy\/(?:image\/|Dockerfile|.*\.dockerignore$)/.test(file)
}

function hasFileOf(room: string, loaded: ReadonlySet<string>, imports: Imports): boolean {
  return [...loaded].some((file) => imports.roomOf(file) === room)
}

const usage = `Says which services and suites a change touches, as JSON.

  node deploy/touched.ts --since origin/main   what was changed since then
  node deploy/touched.ts FILE …                these files
`

function main(): void {
  const { values, positionals } = parseArgs({
    options: { since: { type: 'string' }, help: { type: 'boolean' } },
    allowPositionals: true,
  })
  if (values.help || (!values.since && positionals.length === 0)) {
    process.stdout.write(usage)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const changed = [...positionals, ...(values.since ? changedSince(values.since) : [])]
  process.stdout.write(`${JSON.stringify(createTouched(readImports(projectSource(root)))(changed))}\n`)
}

/** Since both had the same parent, so that what others merged meanwhile is not counted. */
function changedSince(revision: string): string[] {
  const words = ['diff', '--name-only', '--no-renames', '-z', `${revision}...HEAD`]
  return execFileSync('git', words, { cwd: root }).toString().split('\0').filter(Boolean)
}

if (import.meta.main) main()
