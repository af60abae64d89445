import type { WriteHandler } from '@rialto/kit/service'
import { addressToChange, lockBook, savedAddress } from './address.ts'
import { clearDefault, replaceAddress } from './address-store.ts'
import type { identity } from './contract.ts'

/** Replaces an address. The default stays the default until another one becomes it. */
export const updateAddress: WriteHandler<typeof identity.updateAddress> = async (
  { id, isDefault: wanted = false, ...address },
  context,
) => {
  const { tx, actor } = context
  const ownerId = await lockBook(tx, actor)
  const known = await addressToChange(id, context)
  if (wanted && !known.isDefault) await clearDefault(tx, ownerId)
  const replaced = await replaceAddress(tx, { id, address, isDefault: wanted || known.isDefault })
  if (!replaced) throw new Error('A locked address is gone')
  return savedAddress(replaced)
}
