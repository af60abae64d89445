import { openShop } from './shop.ts'

/** Fills an empty folder with the data of a shop that opened once, for `makeDataFolder` to copy. */
export async function prepareData(dataDir: string): Promise<void> {
  const shop = await openShop({ dataDir, fleet: false })
  await shop.stop()
}
