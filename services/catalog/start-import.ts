import { createWriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { schedule } from '@rialto/kit/outbox'
import type { Handler } from '@rialto/kit/service'
import type { catalog } from './contract.ts'
import { insertImport, publicImport } from './import-store.ts'
import { runImport } from './jobs.ts'
import type { Own } from './own.ts'

/** Stores the file whole before it answers: from then on the import survives anything. */
export const startImport: Handler<typeof catalog.startImport, Own> = async (
  input,
  { database, own, now, newId },
) => {
  const id = newId('imp')
  const file = importFile(own, id)
  await mkdir(dirname(file), { recursive: true })
  try {
    await pipeline(Readable.from(input.body), createWriteStream(file, { flush: true }))
    const { size: bytes } = await stat(file)
    const { filename = 'upload.csv', dryRun = false } = input
    const { currency } = own
    const made = await database.transaction(async (tx) => {
      schedule(tx, runImport, { importId: id }, { id: `job_${id}` })
      return insertImport(tx, { id, filename, currency, dryRun, bytes }, now())
    })
    return publicImport(made)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

export function importFile({ dataDir }: Own, importId: string): string {
  return join(dataDir, 'imports', `${importId}.csv`)
}
