import type { Actor } from '@rialto/kit/access'
import type { Tx } from '@rialto/kit/database'
import { invalidInput } from '@rialto/kit/problem'
import type { WriteHandler } from '@rialto/kit/service'
import { findAccount, touchAccount } from '../account-store.ts'
import { note } from '../audit/note.ts'
import { demandHeld, staffToChange } from '../change-staff.ts'
import type { identity } from '../contract.ts'
import { type Account, profileOf } from '../profile.ts'
import { holdRoles, refreshMember, replaceRoles } from './role-store.ts'

export const setStaffRoles: WriteHandler<typeof identity.setStaffRoles> = async (
  { id, roleIds },
  context,
) => {
  const { tx, actor, now } = context
  await demandRoles(tx, actor, roleIds)
  const { permissions: before } = await staffToChange(id, context)
  await touchAccount(tx, id, now())
  const changed = await giveRoles(tx, id, roleIds)
  const { permissions: after } = changed
  await note(tx, context, { action: 'staff.changed', subjectId: id, fields: ['roleIds'], before, after })
  return profileOf(changed)
}

/** The roles are there, and whoever gives them may do all that they allow. */
export async function demandRoles(tx: Tx, actor: Actor, roleIds: readonly string[]): Promise<void> {
  const roles = await holdRoles(tx, roleIds)
  const unknown = roleIds.filter((id) => roles.every((role) => role.id !== id))
  if (unknown.length > 0) {
    const errors = [{ field: 'roleIds', message: `has no role ${unknown.join(', ')}` }]
    throw invalidInput('There is no such role.', { errors })
  }
  demandHeld(actor, [...new Set(roles.flatMap(({ permissions }) => permissions))])
}

export async function giveRoles(tx: Tx, id: string, roleIds: readonly string[]): Promise<Account> {
  await replaceRoles(tx, id, roleIds)
  await refreshMember(tx, id)
  const account = await findAccount(tx, id)
  if (!account) throw new Error('A locked account is gone')
  return account
}
