import type { Actor } from '@rialto/kit/access'
import { decodeCursor, pageOf } from '@rialto/kit/paging'
import { conflict, forbidden, invalidInput, notFound } from '@rialto/kit/problem'
import type { Handler, WriteHandler } from '@rialto/kit/service'
import { lockStaff } from '../account-store.ts'
import { note } from '../audit/note.ts'
import { demandHeld } from '../change-staff.ts'
import type { ApiKey, identity } from '../contract.ts'
import { signedIn } from '../get-profile.ts'
import * as store from './key-store.ts'
import { hashOf, newSecret, prefixOf } from './secret.ts'

/** As many as one person may have. */
export const keyLimit = 100

export const createApiKey: WriteHandler<typeof identity.createApiKey> = async (
  { name, permissions, expiresAt },
  context,
) => {
  const { tx, actor, now, newId } = context
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now().getTime()) {
    const errors = [{ field: 'expiresAt', message: 'must be in the future' }]
    throw invalidInput('The key would have ended already.', { errors })
  }
  demandHeld(actor, permissions)
  const owner = await lockStaff(tx, signedIn(actor))
  // A key that makes keys would outlive its being taken away.
  if (!owner) throw forbidden('Keys are made by people: sign in with your own account.')
  if ((await store.countKeys(tx, owner.id)) >= keyLimit)
    throw conflict(`There are ${keyLimit} keys already. Take one away first.`)
  const secret = newSecret()
  const made = { id: newId('key'), ownerId: owner.id, name, permissions, expiresAt }
  const row = await store.insertKey(tx, { ...made, prefix: prefixOf(secret), hash: hashOf(secret) }, now())
  await note(tx, context, { action: 'key.created', subjectId: row.id, after: permissions })
  return { ...apiKey(row), secret }
}

export const listApiKeys: Handler<typeof identity.listApiKeys> = async (
  { after, limit = 20, ownerId },
  { actor, database },
) => {
  const last = after === undefined ? undefined : decodeCursor(after, ['text'])[0]
  const visible = managesStaff(actor) ? ownerId : signedIn(actor)
  const rows = await store.listKeys(database, { ownerId: visible, after: last, limit })
  return pageOf(rows.map(apiKey), limit, ({ id }) => [id])
}

export const revokeApiKey: WriteHandler<typeof identity.revokeApiKey> = async ({ id }, context) => {
  const { tx, actor } = context
  const key = await store.lockKey(tx, id, managesStaff(actor) ? undefined : signedIn(actor))
  if (!key) throw notFound('There is no such key.')
  if (key.ownerId !== signedIn(actor)) demandHeld(actor, key.permissions)
  await store.deleteKey(tx, id)
  await note(tx, context, { action: 'key.revoked', subjectId: id, before: key.permissions })
  return null
}

function managesStaff(actor: Actor): boolean {
  return actor.kind === 'staff' && ['staff', '*'].some((one) => actor.permissions.includes(one))
}

function apiKey({ expiresAt, usedAt, ...row }: store.KeyRow): ApiKey {
  return { ...row, expiresAt: expiresAt ?? undefined, lastUsedAt: usedAt ?? undefined }
}
