import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { pricing } from './contract.ts'
import { findPromotion } from './promotion-store.ts'

export const getPromotion: Handler<typeof pricing.getPromotion> = async ({ id }, { database }) => {
  const promotion = await findPromotion(database, id)
  if (!promotion) throw notFound('There is no such promotion.')
  return promotion
}
