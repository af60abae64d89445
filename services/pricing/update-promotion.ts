import { notFound, versionConflict } from '@rialto/kit/problem'
import type { WriteHandler } from '@rialto/kit/service'
import type { Promotion, pricing } from './contract.ts'
import { demandSense } from './create-promotion.ts'
import type { Own } from './own.ts'
import { findPromotion, savePromotion } from './promotion-store.ts'

export const updatePromotion: WriteHandler<typeof pricing.updatePromotion, Own> = async (
  { id, ...change },
  { tx, own, expectedVersion },
) => {
  const before = await findPromotion(tx, id, true)
  if (!before) throw notFound('There is no such promotion.')
  if (expectedVersion !== undefined && expectedVersion !== before.version) {
    throw versionConflict('The promotion was changed in the meantime.', { currentVersion: before.version })
  }
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const changed: Promotion = { ...before, ...given, version: before.version + 1 }
  demandSense(changed, before.used)
  await savePromotion(tx, changed)
  own.rulebook.changes(tx)
  return changed
}
