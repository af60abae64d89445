import type { Handler } from '@rialto/kit/service'
import { demandHeld } from './change-staff.ts'
import type { identity } from './contract.ts'
import type { Own } from './own.ts'
import { hashPassword } from './password.ts'
import { normalEmail, profileOf } from './profile.ts'
import { asTaken } from './register.ts'

export const createStaff: Handler<typeof identity.createStaff, Own> = async (
  { email, password, name, permissions },
  { own, database, newId, actor },
) => {
  demandHeld(actor, permissions)
  const hash = await hashPassword(password)
  const person = { id: newId('staff'), email: normalEmail(email), name, hash, permissions }
  const account = await database.transaction((tx) => own.auth.addStaff(tx, person)).catch(asTaken)
  return profileOf(account)
}
