import type { Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import { conflict, invalidInput } from '@rialto/kit/problem'
import type { Handler, WriteHandler } from '@rialto/kit/service'
import { note } from '../audit/note.ts'
import { demandHeld, staffToChange } from '../change-staff.ts'
import { type identity, staffInvited } from '../contract.ts'
import { dropLinks, insertLink } from '../links/link-store.ts'
import type { Own } from '../own.ts'
import { findHolder } from '../passwords/password-store.ts'
import { type Account, normalEmail, profileOf } from '../profile.ts'
import { asTaken } from '../register.ts'
import { demandRoles, giveRoles } from '../roles/give-roles.ts'

export const inviteDays = 7

/** The account is there at once, so that it can be seen, changed and removed; nobody can sign in to it yet. */
export const inviteStaff: Handler<typeof identity.inviteStaff, Own> = async (
  { email, name, permissions = [], roleIds = [] },
  context,
) => {
  const { own, database, newId, actor, now } = context
  if (permissions.length + roleIds.length === 0) {
    const errors = [{ field: 'permissions', message: 'is required, or roleIds' }]
    throw invalidInput('Give what the person may do.', { errors })
  }
  demandHeld(actor, permissions)
  const person = { id: newId('staff'), email: normalEmail(email), name, permissions }
  const account = await database
    .transaction(async (tx) => {
      await demandRoles(tx, actor, roleIds)
      const added = await own.auth.addStaff(tx, person)
      const made = roleIds.length > 0 ? await giveRoles(tx, added.id, roleIds) : added
      await invite(tx, made, { linkId: newId('link'), now: now() })
      await note(tx, context, { action: 'staff.invited', subjectId: made.id, after: made.permissions })
      return made
    })
    .catch(asTaken)
  return profileOf(account)
}

export const inviteStaffAgain: WriteHandler<typeof identity.inviteStaffAgain> = async ({ id }, context) => {
  const { tx, newId, now } = context
  const account = await staffToChange(id, context)
  if (await findHolder(tx, { id })) throw conflict('The invitation was accepted already.')
  await dropLinks(tx, id, 'accept-invitation')
  await invite(tx, account, { linkId: newId('link'), now: now() })
  await note(tx, context, { action: 'staff.invited-again', subjectId: id })
  return null
}

async function invite(
  tx: Tx,
  { id: accountId, email, name }: Account,
  { linkId, now }: { linkId: string; now: Date },
): Promise<void> {
  const expiresAt = new Date(now.getTime() + inviteDays * 86_400_000).toISOString()
  await insertLink(tx, { id: linkId, purpose: 'accept-invitation', accountId, email, expiresAt }, now)
  emit(tx, staffInvited, { linkId, accountId, email, name, expiresAt }, { id: linkId, version: 1 })
}
