import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { catalog, type Import } from '@rialto/catalog/contract'
import type { ApiCall } from '@rialto/sdk'
import { runCommand, shopUrl, signInStaff } from './command.ts'

const usage = `Imports a Shopify product CSV into a running shop.

  npm run import -- FILE.csv [--dry-run] [--url http://localhost:3000]

Signs in as RIALTO_ADMIN_EMAIL with RIALTO_ADMIN_PASSWORD (the demo's staff by default).
--dry-run reads and checks everything and changes nothing.
`

await runCommand(main)

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean' },
      url: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const [file, ...others] = positionals
  if (values.help || file === undefined || others.length > 0) {
    process.stderr.write(usage)
    return values.help ? 0 : 2
  }
  await stat(file)
  const call = await signInStaff(shopUrl(values.url))
  const body = createReadStream(file) as AsyncIterable<Uint8Array>
  const query = { filename: basename(file), dryRun: values['dry-run'] ?? false }
  const { id } = await call(catalog.startImport, { body, ...query })
  return report(await follow(call, id))
}

async function follow(call: ApiCall, id: string): Promise<Import> {
  for (;;) {
    const state = await call(catalog.getImport, { id })
    const percent = state.bytes === 0 ? 100 : Math.floor((100 * state.bytesRead) / state.bytes)
    if (process.stderr.isTTY)
      process.stderr.write(`\r${percent} %  ${state.products} products, ${state.variants} variants `)
    if (state.status !== 'running') return state
    await pause(200)
  }
}

function report(result: Import): number {
  if (process.stderr.isTTY) process.stderr.write('\n')
  const verb = result.dryRun ? 'would be imported' : 'imported'
  const { rows, products, created, changed, variants, refusedProducts, refusals, error } = result
  process.stdout.write(
    `${rows} rows: ${products} products with ${variants} variants ${verb}, ${refusedProducts} refused.\n` +
      `${created} are new, ${changed} changed, ${products - created - changed} were the same already.\n`,
  )
  for (const { row, column, reason } of refusals)
    process.stdout.write(`  row ${row}${column && `, ${column}`}: ${reason}\n`)
  if (error !== undefined) process.stdout.write(`The import stopped: ${error}\n`)
  return result.status === 'done' && refusedProducts === 0 ? 0 : 1
}
