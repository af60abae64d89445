import { AsyncLocalStorage } from 'node:async_hooks'
import { newId } from '@rialto/kit/id'
import { isAPIError } from 'better-auth/api'
import { makeSignature } from 'better-auth/crypto'
import { betterAuth } from 'better-auth/minimal'
import { bearer } from 'better-auth/plugins/bearer'
import { findAccount } from './account-store.ts'
import type { Auth, Started } from './auth.ts'
import { authStore, withQueries } from './auth-store.ts'
import { hashPassword, verifyPassword } from './password.ts'
import type { Account } from './profile.ts'

/** Sessions end after 30 days without use; each day of use renews them. */
const sessionSeconds = 30 * 86_400

/** As `openAuth`, which loads it. */
export function openBetterAuth(secret: string, otherSecret?: string): Auth {
  const auth = configured(secret)
  const all = otherSecret === undefined ? [auth] : [auth, configured(otherSecret)]
  return {
    signUp: async (queries, { hash, ...body }) => {
      const expiresAt = nextExpiry()
      const work = () =>
        prepared.run(hash, () => auth.api.signUpEmail({ body, returnHeaders: true })).catch(refused)
      const answer = await withQueries(queries, work)
      return answer ? started(answer, expiresAt) : 'email-taken'
    },
    signIn: async (queries, body) => {
      const expiresAt = nextExpiry()
      const work = () => auth.api.signInEmail({ body, returnHeaders: true }).catch(refused)
      const answer = await withQueries(queries, work)
      return answer ? started(answer, expiresAt) : 'wrong-credentials'
    },
    start: async (queries, accountId) => {
      const { internalAdapter } = await auth.$context
      const expiresAt = nextExpiry()
      const { token: key } = await withQueries(queries, () => internalAdapter.createSession(accountId))
      const account = await findAccount(queries, accountId)
      if (!account) throw new Error('A session was started for an account that is not there')
      const token = encodeURIComponent(`${key}.${await makeSignature(key, secret)}`)
      return { token, expiresAt, account, key }
    },
    signOut: async (queries, token) => {
      if (!tokenFormat.test(token)) return
      for (const { api } of all) await withQueries(queries, () => api.signOut({ headers: headersOf(token) }))
    },
    resolve: async (queries, token) => {
      if (!tokenFormat.test(token)) return undefined
      for (const { api } of all) {
        const found = await withQueries(queries, () => api.getSession({ headers: headersOf(token) }))
        if (found) return { account: found.user, sessionId: found.session.id }
      }
      return undefined
    },
    addPassword: async (queries, { accountId, hash }) => {
      const { internalAdapter } = await auth.$context
      await withQueries(queries, () => internalAdapter.linkAccount(credential(accountId, hash)))
    },
    addCustomer: async (queries, person) => {
      const { internalAdapter } = await auth.$context
      const user = { ...person, emailVerified: true, role: 'customer', version: 1 }
      return withQueries(queries, () => internalAdapter.createUser<Account>(user, { method: 'oauth' }))
    },
    addStaff: async (queries, { hash, ...person }) => {
      const { internalAdapter } = await auth.$context
      return withQueries(queries, async () => {
        const user = { ...person, emailVerified: false, role: 'staff', version: 1 }
        const made = await internalAdapter.createUser<Account>(user, { method: 'admin' })
        if (hash !== undefined) await internalAdapter.linkAccount(credential(made.id, hash))
        return made
      })
    },
  }
}

function credential(userId: string, password: string) {
  return { userId, providerId: 'credential', accountId: userId, password }
}

function configured(secret: string) {
  return betterAuth({
    secret,
    // Nothing is served under this address: requests come by our own contract.
    baseURL: 'http://identity.localhost',
    database: authStore,
    // It would log e-mail addresses.
    logger: { disabled: true },
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 1,
      maxPasswordLength: 128,
      password: {
        hash: async (password: string) => prepared.getStore() ?? hashPassword(password),
        verify: verifyPassword,
      },
    },
    session: { expiresIn: sessionSeconds, updateAge: 86_400 },
    user: {
      additionalFields: {
        role: { type: 'string', input: false, defaultValue: 'customer' },
        permissions: { type: 'string[]', input: false, defaultValue: () => [] },
        version: { type: 'number', input: false, defaultValue: 1 },
      },
    },
    advanced: {
      database: { joins: true, validateSchema: false, generateId: ({ model }) => newId(prefixOf(model)) },
    },
    plugins: [bearer({ requireSignature: true })],
  })
}

const prepared = new AsyncLocalStorage<string>()

function prefixOf(model: string): string {
  return model === 'user' ? 'cust' : model === 'session' ? 'sess' : 'acct'
}

// A token is looked up in a header, which holds no other characters.
const tokenFormat = /^[\w%.+/=-]+$/

function headersOf(token: string): Headers {
  return new Headers({ authorization: `Bearer ${token}` })
}

function nextExpiry(): string {
  return new Date(Date.now() + sessionSeconds * 1000).toISOString()
}

function started(
  { headers, response }: { headers: Headers; response: { token: string | null; user: unknown } },
  expiresAt: string,
): Started {
  const token = headers.get('set-auth-token')
  if (!token || !response.token) throw new Error('better-auth started a session without a token')
  return { token, expiresAt, account: response.user as Account, key: response.token }
}

/** What better-auth refuses is an answer; a statement that failed is thrown by `withQueries`. */
function refused(error: unknown): undefined {
  if (isAPIError(error) && error.statusCode < 500) return undefined
  throw error
}
