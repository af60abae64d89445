import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openShop } from './shop.ts'

/** Opens a shop once and stops it, and answers with the folder of its data, for `makeDataFolder`. */
export async function prepareData(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rialto-prepared-'))
  try {
    const shop = await openShop({ dataDir, fleet: false })
    await shop.stop()
    return dataDir
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true })
    throw error
  }
}
