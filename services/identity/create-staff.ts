import type { Handler } from '@rialto/kit/service'
import { note } from './audit/note.ts'
import { demandHeld } from './change-staff.ts'
import type { identity } from './contract.ts'
import type { Own } from './own.ts'
import { hashPassword } from './password.ts'
import { normalEmail, profileOf } from './profile.ts'
import { asTaken } from './register.ts'

export const createStaff: Handler<typeof identity.createStaff, Own> = async (
  { email, password, name, permissions },
  context,
) => {
  const { own, database, newId, actor } = context
  demandHeld(actor, permissions)
  const hash = await hashPassword(password)
  const person = { id: newId('staff'), email: normalEmail(email), name, hash, permissions }
  const account = await database
    .transaction(async (tx) => {
      const made = await own.auth.addStaff(tx, person)
      await note(tx, context, { action: 'staff.created', subjectId: made.id, after: permissions })
      return made
    })
    .catch(asTaken)
  return profileOf(account)
}
