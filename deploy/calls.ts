import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ContractInfo } from '@rialto/kit/contract'
import { serviceNames } from '../services.ts'
import { type Import, type Imports, projectSource, readImports, type Source } from './imports.ts'
import { loadedByProcesses } from './touched.ts'

/** Which services a process asks, by its name. */
export type Calls = Readonly<Record<string, readonly string[]>>

const root = join(import.meta.dirname, '..')
const valuesFile = join(import.meta.dirname, 'helm/rialto/values.yaml')
const place = /(# calls: begin\n)[\s\S]*?(# calls: end)/

/**
 * Who asks whom: a service can call only what it has the contract of, and it names the operation as a part of that.
 * Who imports only events or schemas, or lists contracts, asks nobody. The gateway asks all.
 */
export async function readCalls(imports: Imports, read: Source['read']): Promise<Calls> {
  const calls: Record<string, string[]> = { gateway: [...serviceNames].sort() }
  const loaded = loadedByProcesses(imports)
  for (const name of serviceNames) {
    const own = [...(loaded.get(name) ?? [])].filter((file) => file.startsWith(`services/${name}/`))
    const owners = await Promise.all(own.map((file) => askedIn(read(file), imports.importsOf(file))))
    calls[name] = [...new Set(owners.flat())].filter((owner) => owner !== name).sort()
  }
  return Object.fromEntries(Object.entries(calls).filter(([, asked]) => asked.length > 0))
}

/** The services of whose contracts a file names operations. */
async function askedIn(text: string, imported: readonly Import[]): Promise<string[]> {
  const asked = imported
    .filter(({ file }) => /^services\/[^/]+\/contract\.ts$/.test(file))
    .map(async ({ file, names }) => {
      const used = names.filter((name) => new RegExp(`\\b${name}(?:\\.[a-z]| as )`).test(text))
      if (used.length === 0) return []
      const exported = (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>
      return used.flatMap((name) => contractOf(exported[name])?.name ?? [])
    })
  return (await Promise.all(asked)).flat()
}

const about = Symbol.for('rialto.contract')

function contractOf(value: unknown): ContractInfo | undefined {
  return (value as Record<symbol, ContractInfo> | undefined)?.[about]
}

/** The values of the chart with these calls in their place. */
export function withCalls(values: string, calls: Calls): string {
  const lines = Object.entries(calls).flatMap(([name, asked]) => [
    `  ${name}:\n`,
    ...asked.map((each) => `    - ${each}\n`),
  ])
  if (!place.test(values))
    throw new Error('values.yaml has no place for calls: "# calls: begin" to "# calls: end".')
  return values.replace(place, (_, begin, end) => `${begin}calls:\n${lines.join('')}${end}`)
}

const usage = `Says which service asks which, as the code has it.

  node deploy/calls.ts           prints it
  node deploy/calls.ts --write   writes it into the values of the chart, which let nothing else pass
`

async function main(word: string | undefined): Promise<void> {
  if (word !== undefined && word !== '--write') {
    process.stdout.write(usage)
    process.exitCode = word === '--help' ? 0 : 2
    return
  }
  const source = projectSource(root)
  const calls = await readCalls(readImports(source), source.read)
  if (word === '--write') writeFileSync(valuesFile, withCalls(readFileSync(valuesFile, 'utf8'), calls))
  else process.stdout.write(`${JSON.stringify(calls, null, 2)}\n`)
}

if (import.meta.main) await main(process.argv[2])
