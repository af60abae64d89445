import type { Handler } from '@rialto/kit/service'
import { listStaffWith } from '../account-store.ts'
import type { identity } from '../contract.ts'

/** More mails about one thing help nobody. */
const limit = 50

export const listStaffToTell: Handler<typeof identity.listStaffToTell> = async (
  { permission },
  { database },
) => ({ items: await listStaffWith(database, { permission, limit }) })
