import type { Queries } from '@rialto/kit/database'
import type { Account } from './profile.ts'

export interface Started {
  /** Signed: neither a guess nor a copy of the table makes one. */
  readonly token: string
  readonly expiresAt: string
  readonly account: Account
  /** By which its row is found. */
  readonly key: string
}

export interface Resolved {
  readonly account: Account
  readonly sessionId: string
}

/** Accounts, passwords and sessions as better-auth keeps them, on the queries that are handed in. */
export interface Auth {
  /** Opens a customer's account and a session. The hash is made before, outside of the transaction. */
  signUp(
    queries: Queries,
    person: { email: string; name: string; password: string; hash: string },
  ): Promise<Started | 'email-taken'>
  signIn(
    queries: Queries,
    credentials: { email: string; password: string },
  ): Promise<Started | 'wrong-credentials'>
  /** A session of an account whose owner has proved to be it. */
  start(queries: Queries, accountId: string): Promise<Started>
  signOut(queries: Queries, token: string): Promise<void>
  /** Whose session it is, renewed when it is a day old. */
  resolve(queries: Queries, token: string): Promise<Resolved | undefined>
  addStaff(
    queries: Queries,
    person: { id: string; email: string; name: string; hash?: string; permissions: readonly string[] },
  ): Promise<Account>
  /** A customer who proved elsewhere to be the owner of the e-mail. */
  addCustomer(queries: Queries, person: { email: string; name: string }): Promise<Account>
  /** The first password of who was invited, or of who signed in elsewhere so far. */
  addPassword(queries: Queries, of: { accountId: string; hash: string }): Promise<void>
}

/**
 * With another secret, sessions that it has signed are known too; new ones are signed with the first. better-auth brings
 * hundreds of modules along, so that it is loaded when somebody first comes with an account.
 */
export function openAuth(secret: string, otherSecret?: string): Auth {
  let opened: Promise<Auth> | undefined
  const auth = () => {
    opened ??= import('./better-auth.ts').then(({ openBetterAuth }) => openBetterAuth(secret, otherSecret))
    return opened
  }
  return {
    signUp: async (...given) => (await auth()).signUp(...given),
    signIn: async (...given) => (await auth()).signIn(...given),
    start: async (...given) => (await auth()).start(...given),
    signOut: async (...given) => (await auth()).signOut(...given),
    resolve: async (...given) => (await auth()).resolve(...given),
    addStaff: async (...given) => (await auth()).addStaff(...given),
    addCustomer: async (...given) => (await auth()).addCustomer(...given),
    addPassword: async (...given) => (await auth()).addPassword(...given),
  }
}
