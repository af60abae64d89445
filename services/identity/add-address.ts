import { conflict } from '@rialto/kit/problem'
import type { WriteHandler } from '@rialto/kit/service'
import { addressLimit, lockBook, savedAddress } from './address.ts'
import { clearDefault, findAddresses, insertAddress } from './address-store.ts'
import type { identity } from './contract.ts'

/** Saves an address. The first one is the default, whatever is said. */
export const addAddress: WriteHandler<typeof identity.addAddress> = async (
  { isDefault: wanted = false, ...address },
  { tx, actor, newId },
) => {
  const ownerId = await lockBook(tx, actor)
  const { length } = await findAddresses(tx, [ownerId])
  if (length >= addressLimit) throw conflict(`There are ${addressLimit} addresses already. Remove one first.`)
  const isDefault = wanted || length === 0
  if (isDefault) await clearDefault(tx, ownerId)
  const added = await insertAddress(tx, { id: newId('addr'), ownerId, address, isDefault })
  if (!added) throw new Error('An insert returned no row')
  return savedAddress(added)
}
