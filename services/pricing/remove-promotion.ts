import { notFound, versionConflict } from '@rialto/kit/problem'
import type { WriteHandler } from '@rialto/kit/service'
import type { pricing } from './contract.ts'
import type { Own } from './own.ts'
import { endPromotion, lockVersion } from './promotion-store.ts'

export const removePromotion: WriteHandler<typeof pricing.removePromotion, Own> = async (
  { id },
  { tx, now, own, expectedVersion },
) => {
  const version = await lockVersion(tx, id)
  if (version === undefined) throw notFound('There is no such promotion.')
  if (expectedVersion !== undefined && expectedVersion !== version) {
    throw versionConflict('The promotion was changed in the meantime.', { currentVersion: version })
  }
  await endPromotion(tx, id, now())
  own.rulebook.changes(tx)
  return null
}
