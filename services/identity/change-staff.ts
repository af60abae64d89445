import type { Actor } from '@rialto/kit/access'
import { conflict, forbidden, notFound, versionConflict } from '@rialto/kit/problem'
import type { TransactionContext, WriteHandler } from '@rialto/kit/service'
import { deleteAccount, findAccount, lockStaff, saveStaff } from './account-store.ts'
import { note } from './audit/note.ts'
import type { identity } from './contract.ts'
import { ownerOfKey } from './keys/key-store.ts'
import { type Account, profileOf } from './profile.ts'
import { refreshMember } from './roles/role-store.ts'

export const updateStaff: WriteHandler<typeof identity.updateStaff> = async (
  { id, name, permissions },
  context,
) => {
  const account = await staffToChange(id, context)
  if (permissions) demandHeld(context.actor, permissions)
  const renamed = { ...account, name: name ?? account.name, version: account.version + 1 }
  await saveStaff(context.tx, renamed, permissions, context.now())
  if (permissions) await refreshMember(context.tx, id)
  const changed = permissions ? ((await findAccount(context.tx, id)) ?? renamed) : renamed
  await note(context.tx, context, {
    action: 'staff.changed',
    subjectId: id,
    fields: [...(name === undefined ? [] : ['name']), ...(permissions ? ['permissions'] : [])],
    ...(permissions && { before: account.permissions, after: changed.permissions }),
  })
  return profileOf(changed)
}

export const removeStaff: WriteHandler<typeof identity.removeStaff> = async ({ id }, context) => {
  const { permissions } = await staffToChange(id, context)
  await deleteAccount(context.tx, id)
  await note(context.tx, context, { action: 'staff.removed', subjectId: id, before: permissions })
  return null
}

/** Otherwise whoever may manage staff could make themselves a colleague who may do everything. */
export function demandHeld(actor: Actor, permissions: readonly string[]): void {
  const held = actor.kind === 'staff' ? actor.permissions : []
  if (held.includes('*')) return
  const missing = permissions.filter((permission) => !held.includes(permission))
  if (missing.length > 0) throw forbidden(`You do not have ${missing.join(', ')} yourself.`)
}

/** The account that acts, or whose key does. */
export async function accountBehind(actor: Actor, tx: TransactionContext['tx']): Promise<string | undefined> {
  if (!('id' in actor)) return undefined
  return (await ownerOfKey(tx, actor.id)) ?? actor.id
}

export async function staffToChange(
  id: string,
  { tx, actor, expectedVersion }: TransactionContext,
): Promise<Account> {
  // A shop is never left without anyone who can manage it.
  if ((await accountBehind(actor, tx)) === id) throw conflict('Ask a colleague to change your own account.')
  const account = await lockStaff(tx, id)
  if (!account) throw notFound('There is no such staff member.')
  demandHeld(actor, account.permissions)
  if (expectedVersion !== undefined && expectedVersion !== account.version) {
    throw versionConflict('The account was changed meanwhile.', { currentVersion: account.version })
  }
  return account
}
