import type { Actor } from '@rialto/kit/access'
import type { Tx } from '@rialto/kit/database'
import type { actions } from '../contract.ts'
import { insertAudit } from './audit-store.ts'

export interface Change {
  readonly action: (typeof actions)[number]
  readonly subjectId: string
  readonly fields?: readonly string[]
  readonly before?: readonly string[]
  readonly after?: readonly string[]
}

/** Notes a change by staff, in its transaction. Values of people stay out of it: names of fields, and permissions. */
export async function note(
  tx: Tx,
  { actor, now, newId }: { actor: Actor; now: () => Date; newId: (prefix: string) => string },
  { action, subjectId, fields = [], before, after }: Change,
): Promise<void> {
  await insertAudit(tx, {
    id: newId('audit'),
    at: now().toISOString(),
    actorId: 'id' in actor ? actor.id : actor.kind,
    action,
    subjectId,
    fields: [...fields],
    permissionsBefore: before && [...before],
    permissionsAfter: after && [...after],
  })
}
