import { schedule } from '@rialto/kit/outbox'
import type { Handler } from '@rialto/kit/service'
import type { catalog } from './contract.ts'
import { dropFile, storeFile } from './import-file-store.ts'
import { insertImport, publicImport } from './import-store.ts'
import { runImport } from './jobs.ts'
import type { Own } from './own.ts'

const dayMs = 86_400_000

/** Stores the file whole before it answers: from then on the import survives anything. */
export const startImport: Handler<typeof catalog.startImport, Own> = async (
  input,
  { database, own, now, newId },
) => {
  const id = newId('imp')
  try {
    const bytes = await storeFile(database, id, input.body, now())
    const { filename = 'upload.csv', dryRun = false } = input
    const { currency } = own
    const made = await database.transaction(async (tx) => {
      schedule(tx, runImport, { importId: id }, { id: `job_${id}` })
      return insertImport(tx, { id, filename, currency, dryRun, bytes }, now())
    })
    return publicImport(made)
  } catch (error) {
    // What cannot be removed just now goes with a later import.
    await dropFile(database, id, new Date(now().getTime() - dayMs)).catch(() => {})
    throw error
  }
}
