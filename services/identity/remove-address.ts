import type { WriteHandler } from '@rialto/kit/service'
import { addressToChange, lockBook } from './address.ts'
import { deleteAddress, promoteOldest } from './address-store.ts'
import type { identity } from './contract.ts'

export const removeAddress: WriteHandler<typeof identity.removeAddress> = async ({ id }, context) => {
  const { tx, actor } = context
  const ownerId = await lockBook(tx, actor)
  const { isDefault } = await addressToChange(id, context)
  await deleteAddress(tx, id)
  if (isDefault) await promoteOldest(tx, ownerId)
  return null
}
