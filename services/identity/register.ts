import { isUniqueViolation } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import type { Handler } from '@rialto/kit/service'
import { customerRegistered, emailTaken, type identity } from './contract.ts'
import { askToVerify } from './emails/ask-to-verify.ts'
import { identifyGuest } from './identify-guest.ts'
import type { Own } from './own.ts'
import { hashPassword } from './password.ts'
import { normalEmail } from './profile.ts'
import { nameSession } from './sessions/session-store.ts'
import { sessionOf } from './sign-in.ts'

export const register: Handler<typeof identity.register, Own> = async (
  { email: typed, name, password, device: named },
  { own, actor, database, now, newId, userAgent },
) => {
  const device = named ?? userAgent
  const email = normalEmail(typed)
  const hash = await hashPassword(password)
  const started = await database
    .transaction(async (tx) => {
      const started = await own.auth.signUp(tx, { email, name, password, hash })
      if (started === 'email-taken') throw taken()
      const { id, version } = started.account
      await nameSession(tx, { key: started.key, device, now: now() })
      emit(tx, customerRegistered, { customerId: id, email, name }, { id, version })
      await askToVerify(tx, { linkId: newId('link'), account: started.account, now: now() })
      identifyGuest(tx, actor, started.account, now())
      return started
    })
    .catch(asTaken)
  return sessionOf(started)
}

/** Of two that come at once with one e-mail, the index stops the second. */
export function asTaken(error: unknown): never {
  throw isUniqueViolation(error, 'users_email_key') ? taken() : error
}

function taken() {
  return emailTaken('An account with this e-mail exists. Sign in instead.')
}
