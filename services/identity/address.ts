import { type Actor, identities } from '@rialto/kit/access'
import type { Tx } from '@rialto/kit/database'
import { notFound, versionConflict } from '@rialto/kit/problem'
import type { TransactionContext } from '@rialto/kit/service'
import { lockAccount } from './account-store.ts'
import { type AddressRow, findAddress } from './address-store.ts'
import type { SavedAddress } from './contract.ts'

/** As many as one person may save. */
export const addressLimit = 50

export function savedAddress({ id, address, isDefault, version }: AddressRow): SavedAddress {
  return { id, ...address, isDefault, version }
}

/** The customer whose address book is changed, locked, so that there is one default at every moment. */
export async function lockBook(tx: Tx, actor: Actor): Promise<string> {
  const [ownerId] = identities(actor)
  if (ownerId === undefined || !(await lockAccount(tx, ownerId)))
    throw notFound('The account is no longer there.')
  return ownerId
}

/** The address, if it is theirs and nobody has changed it since it was read. */
export async function addressToChange(
  id: string,
  { tx, whose, expectedVersion }: Pick<TransactionContext, 'tx' | 'whose' | 'expectedVersion'>,
): Promise<AddressRow> {
  const known = await findAddress(tx, whose, id)
  if (!known) throw notFound('There is no such address.')
  if (expectedVersion !== undefined && expectedVersion !== known.version)
    throw versionConflict('The address was changed meanwhile.', { currentVersion: known.version })
  return known
}
