import { isUniqueViolation } from '@rialto/kit/database'
import type { Context } from '@rialto/kit/service'
import { staffExists } from './account-store.ts'
import type { Own } from './own.ts'
import { hashPassword } from './password.ts'
import { normalEmail } from './profile.ts'
import { resealSecrets } from './second-factor/reseal.ts'

/** Gives a new shop its first staff member, who may do everything, if the settings name one. */
export async function prepare({ own, database, newId, log }: Context<Own>): Promise<void> {
  if (own.codes.isChanging) await resealSecrets({ own, database })
  if (!own.admin || (await staffExists(database))) return
  const email = normalEmail(own.admin.email)
  const hash = await hashPassword(own.admin.password)
  const person = { id: newId('staff'), email, name: 'Administrator', hash, permissions: ['*'] }
  try {
    await database.transaction((tx) => own.auth.addStaff(tx, person))
    log.info('The first staff account was made.')
  } catch (error) {
    if (!isUniqueViolation(error, 'users_email_key')) throw error
    log.warn('No staff account was made: RIALTO_ADMIN_EMAIL belongs to a customer. Give another one.')
  }
}
