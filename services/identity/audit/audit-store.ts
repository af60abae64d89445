import { json, type Queries, sql, type Tx } from '@rialto/kit/database'
import type { AuditEntry } from '../contract.ts'

export async function insertAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const { id, at, actorId, action, subjectId, fields, permissionsBefore, permissionsAfter } = entry
  const listed = (permissions: readonly string[] | undefined) => (permissions ? json(permissions) : null)
  await tx.run`
    insert into audit (id, at, actor_id, action, subject_id, fields, permissions_before, permissions_after)
    values (${id}, ${at}, ${actorId}, ${action}, ${subjectId}, ${json(fields)}, ${listed(permissionsBefore)},
      ${listed(permissionsAfter)})`
}

export interface AuditQuery {
  readonly actorId: string | undefined
  readonly subjectId: string | undefined
  readonly action: string | undefined
  readonly after: string | undefined
  readonly limit: number
}

type Row = Omit<AuditEntry, 'permissionsBefore' | 'permissionsAfter'> & {
  readonly permissionsBefore: string[] | null
  readonly permissionsAfter: string[] | null
}

/** Newest first: ids sort by time. */
export async function listAudit(
  queries: Queries,
  { actorId, subjectId, action, after, limit }: AuditQuery,
): Promise<AuditEntry[]> {
  const rows = await queries.rows<Row>`
    select * from audit where true
    ${actorId === undefined ? sql`` : sql`and actor_id = ${actorId}`}
    ${subjectId === undefined ? sql`` : sql`and subject_id = ${subjectId}`}
    ${action === undefined ? sql`` : sql`and action = ${action}`}
    ${after === undefined ? sql`` : sql`and id < ${after}`}
    order by id desc limit ${limit + 1}`
  return rows.map(({ permissionsBefore, permissionsAfter, ...row }) => ({
    ...row,
    permissionsBefore: permissionsBefore ?? undefined,
    permissionsAfter: permissionsAfter ?? undefined,
  }))
}
