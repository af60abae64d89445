import { invalidInput } from '@rialto/kit/problem'
import type { WriteHandler } from '@rialto/kit/service'
import type { shipping } from './contract.ts'
import { insertMethods, type MethodDetails } from './method-store.ts'
import type { Own } from './own.ts'

export const createDeliveryMethod: WriteHandler<typeof shipping.createDeliveryMethod, Own> = async (
  details,
  { tx, own, newId },
) => {
  demandSense(details)
  const method = { id: newId('ship'), ...details, version: 1 }
  await insertMethods(tx, [method])
  own.methods.changes(tx)
  return method
}

/** Refuses what the schema cannot: fields that do not go together. */
export function demandSense({ rate, transitDaysMin, transitDaysMax }: MethodDetails): void {
  const errors: { field: string; message: string }[] = []
  if (rate.price.amount < 0) errors.push({ field: 'rate.price', message: 'must not be negative' })
  if (transitDaysMax < transitDaysMin) {
    errors.push({ field: 'transitDaysMax', message: 'must not be less than transitDaysMin' })
  }
  if (errors.length === 0) return
  throw invalidInput(errors.map(({ field, message }) => `${field} ${message}`).join('; '), { errors })
}
