import { schedule } from '@rialto/kit/outbox'
import type { WriteHandler } from '@rialto/kit/service'
import type { search } from './contract.ts'
import { rebuildPage } from './jobs.ts'
import { beginRebuild } from './rebuild-store.ts'

export const rebuildIndex: WriteHandler<typeof search.rebuildIndex> = async (_input, { tx, now, newId }) => {
  const rebuildId = newId('reb')
  if (await beginRebuild(tx, rebuildId, now())) schedule(tx, rebuildPage, { rebuildId }, { id: rebuildId })
  return null
}
