import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { catalog } from '@rialto/catalog/contract'
import type { ApiCall } from '@rialto/sdk'
import { runCommand, shopUrl, signInStaff } from './command.ts'

const usage = `Exports all products of a running shop as a Shopify product CSV.

  npm run export -- FILE.csv [--url http://localhost:3000]

Signs in as RIALTO_ADMIN_EMAIL with RIALTO_ADMIN_PASSWORD (the demo's staff by default).
`

await runCommand(main)

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { url: { type: 'string' }, help: { type: 'boolean' } },
  })
  const [file, ...others] = positionals
  if (values.help || file === undefined || others.length > 0) {
    process.stderr.write(usage)
    return values.help ? 0 : 2
  }
  const call = await signInStaff(shopUrl(values.url))
  try {
    await pipeline(parts(call), createWriteStream(file))
  } catch (error) {
    // Half a file would be taken for the whole shop.
    await rm(file, { force: true })
    throw error
  }
  process.stdout.write(`All products are in ${file}.\n`)
  return 0
}

async function* parts(call: ApiCall): AsyncGenerator<string> {
  let after: string | undefined
  do {
    const { csv, next } = await call(catalog.exportProducts, { after })
    yield csv
    after = next
  } while (after !== undefined)
}
