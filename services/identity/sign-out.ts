import type { Handler } from '@rialto/kit/service'
import type { identity } from './contract.ts'
import type { Own } from './own.ts'

/** Ends the session. One that has ended already, or never was, is as good as ended. */
export const signOut: Handler<typeof identity.signOut, Own> = async ({ token }, { own, database }) => {
  if (token !== undefined) await own.auth.signOut(database, token)
  return null
}
