import { decodeCursor, pageOf } from '@rialto/kit/paging'
import type { Handler } from '@rialto/kit/service'
import type { identity } from '../contract.ts'
import * as store from './audit-store.ts'

export const listAudit: Handler<typeof identity.listAudit> = async (
  { after, limit = 20, actorId, subjectId, action },
  { database },
) => {
  const last = after === undefined ? undefined : decodeCursor(after, ['text'])[0]
  const entries = await store.listAudit(database, { actorId, subjectId, action, after: last, limit })
  return pageOf(entries, limit, ({ id }) => [id])
}
