import { print } from '../report.ts'
import { compare } from './compare.ts'
import { type Options, readOptions, usage } from './options.ts'
import { tablesOf } from './tables.ts'
import { writeResults } from './write.ts'

/** `npm run bench -- --peers`; answers with the exit code. */
export async function comparePeers(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    print(usage)
    return 0
  }
  let options: Options
  try {
    options = readOptions(args)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`)
    return 2
  }
  // Whoever ends it ends what it has started, too.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
  const comparison = await compare(options)
  print(`\n${tablesOf(comparison)}\n`)
  if (options.write) for (const file of await writeResults(comparison)) print(`written: ${file}`)
  return comparison.turns.some(({ platform, wrong }) => platform === 'rialto' && wrong.length > 0) ? 1 : 0
}
