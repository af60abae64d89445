import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import { findAccount } from './account-store.ts'
import type { identity } from './contract.ts'
import { profileOf } from './profile.ts'

export const getCustomer: Handler<typeof identity.getCustomer> = async ({ id }, { database }) => {
  const account = await findAccount(database, id)
  if (account?.role !== 'customer') throw notFound('There is no such customer.')
  return profileOf(account)
}
