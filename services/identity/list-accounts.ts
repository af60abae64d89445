import type { Database } from '@rialto/kit/database'
import { decodeCursor, pageOf } from '@rialto/kit/paging'
import type { Handler } from '@rialto/kit/service'
import { type AccountPage, listAccounts } from './account-store.ts'
import type { identity } from './contract.ts'
import { profileOf } from './profile.ts'

export const listStaff: Handler<typeof identity.listStaff> = (page, { database }) =>
  pageOfAccounts(database, 'staff', page)

export const listCustomers: Handler<typeof identity.listCustomers> = (page, { database }) =>
  pageOfAccounts(database, 'customer', page)

async function pageOfAccounts(
  database: Database,
  role: AccountPage['role'],
  { after, limit = 20, q }: { after?: string; limit?: number; q?: string },
) {
  const last = after === undefined ? undefined : decodeCursor(after, ['text'])[0]
  const accounts = await listAccounts(database, { role, q, after: last, limit })
  return pageOf(accounts.map(profileOf), limit, ({ id }) => [id])
}
