import { isUniqueViolation } from '@rialto/kit/database'
import { decodeCursor, pageOf } from '@rialto/kit/paging'
import { conflict, notFound, versionConflict } from '@rialto/kit/problem'
import type { Handler, TransactionContext, WriteHandler } from '@rialto/kit/service'
import { note } from '../audit/note.ts'
import { accountBehind, demandHeld } from '../change-staff.ts'
import type { identity, Role } from '../contract.ts'
import * as store from './role-store.ts'

/** As many as a shop may have. */
export const roleLimit = 200

export const createRole: WriteHandler<typeof identity.createRole> = async (
  { name, permissions },
  context,
) => {
  const { tx, actor, now, newId } = context
  demandHeld(actor, permissions)
  if ((await store.countRoles(tx)) >= roleLimit) throw conflict(`There are ${roleLimit} roles already.`)
  const role = await store.insertRole(tx, { id: newId('role'), name, permissions }, now()).catch(asTaken)
  await note(tx, context, { action: 'role.created', subjectId: role.id, after: permissions })
  return role
}

export const listRoles: Handler<typeof identity.listRoles> = async ({ after, limit = 20 }, { database }) => {
  const last = after === undefined ? undefined : decodeCursor(after, ['text'])[0]
  return pageOf(await store.listRoles(database, { after: last, limit }), limit, ({ id }) => [id])
}

export const updateRole: WriteHandler<typeof identity.updateRole> = async (
  { id, name, permissions },
  context,
) => {
  const { tx, actor, now } = context
  const role = await roleToChange(id, context)
  if (permissions) demandHeld(actor, permissions)
  const changed: Role = {
    ...role,
    name: name ?? role.name,
    permissions: permissions ?? role.permissions,
    version: role.version + 1,
  }
  await store.saveRole(tx, changed, now()).catch(asTaken)
  if (permissions) await store.refreshMembers(tx, id, now())
  await note(tx, context, {
    action: 'role.changed',
    subjectId: id,
    fields: [...(name === undefined ? [] : ['name']), ...(permissions ? ['permissions'] : [])],
    ...(permissions && { before: role.permissions, after: permissions }),
  })
  return changed
}

export const removeRole: WriteHandler<typeof identity.removeRole> = async ({ id }, context) => {
  const { permissions } = await roleToChange(id, context)
  if (await store.isInUse(context.tx, id)) throw conflict('Somebody has this role. Take it from them first.')
  await store.deleteRole(context.tx, id)
  await note(context.tx, context, { action: 'role.removed', subjectId: id, before: permissions })
  return null
}

async function roleToChange(id: string, { tx, actor, expectedVersion }: TransactionContext): Promise<Role> {
  const role = await store.lockRole(tx, id)
  if (!role) throw notFound('There is no such role.')
  demandHeld(actor, role.permissions)
  // A shop is never left without anyone who can manage it.
  const self = await accountBehind(actor, tx)
  if (self !== undefined && (await store.hasRole(tx, self, id)))
    throw conflict('You have this role yourself. Ask a colleague to change it.')
  if (expectedVersion !== undefined && expectedVersion !== role.version)
    throw versionConflict('The role was changed meanwhile.', { currentVersion: role.version })
  return role
}

function asTaken(error: unknown): never {
  throw isUniqueViolation(error, 'roles_name_key') ? conflict('There is a role of this name.') : error
}
