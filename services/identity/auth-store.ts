import { AsyncLocalStorage } from 'node:async_hooks'
import { json, type Queries } from '@rialto/kit/database'
import { createAdapterFactory } from 'better-auth/adapters'

// The statements that better-auth needs, by what it asks for. It has no other way to the database.

interface Running {
  readonly queries: Queries
  failure?: unknown
}
const running = new AsyncLocalStorage<Running>()

/**
 * Lets better-auth work on these queries: the database, or a transaction in which other things happen too.
 * It hides what a statement fails with behind errors of its own; the statement's error is thrown instead.
 */
export async function withQueries<Result>(queries: Queries, work: () => Promise<Result>): Promise<Result> {
  const own: Running = { queries }
  try {
    const result = await running.run(own, work)
    if (own.failure === undefined) return result
  } catch (error) {
    throw own.failure ?? error
  }
  throw own.failure
}

type Row = Record<string, unknown>
type Statements<Input> = Record<string, (queries: Queries, input: Input) => Promise<Row[]>>

const creates: Statements<Row> = {
  user: (
    queries,
    { id, email, emailVerified, name, image, role, permissions, version, createdAt, updatedAt },
  ) =>
    queries.rows`
      insert into users (id, email, email_verified, name, image, role, permissions, version, created_at, updated_at)
      values (${id}, ${email}, ${emailVerified}, ${name}, ${image}, ${role}, ${json(permissions)}, ${version},
        ${createdAt}, ${updatedAt}) returning *`,
  session: (queries, { id, userId, token, expiresAt, ipAddress, userAgent, createdAt, updatedAt }) =>
    queries.rows`
      insert into sessions (id, user_id, token, expires_at, ip_address, user_agent, created_at, updated_at)
      values (${id}, ${userId}, ${token}, ${expiresAt}, ${ipAddress}, ${userAgent}, ${createdAt}, ${updatedAt})
      returning *`,
  account: (queries, { id, userId, providerId, accountId, password, createdAt, updatedAt }) =>
    queries.rows`
      insert into accounts (id, user_id, provider_id, account_id, password, created_at, updated_at)
      values (${id}, ${userId}, ${providerId}, ${accountId}, ${password}, ${createdAt}, ${updatedAt}) returning *`,
}

// Joined things come with the row that is asked for, in one statement.
const reads: Statements<unknown> = {
  'user.email': (queries, email) => queries.rows`
    select u.*, (
      select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'userId', a.user_id, 'providerId', a.provider_id,
        'accountId', a.account_id, 'password', a.password, 'createdAt', a.created_at, 'updatedAt', a.updated_at)), '[]')
      from accounts a where a.user_id = u.id) as account
    from users u where u.email = ${email}`,
  'session.token': (queries, token) => queries.rows`
    select s.*, jsonb_build_object('id', u.id, 'email', u.email, 'emailVerified', u.email_verified, 'name', u.name,
      'image', u.image, 'role', u.role, 'permissions', u.permissions, 'version', u.version,
      'createdAt', u.created_at, 'updatedAt', u.updated_at) as "user"
    from sessions s join users u on u.id = s.user_id where s.token = ${token}`,
  'account.userId': (queries, userId) => queries.rows`select * from accounts where user_id = ${userId}`,
}

const updates: Statements<{ value: unknown; update: Row }> = {
  'session.token': (queries, { value, update: { expiresAt, updatedAt } }) => queries.rows`
    update sessions set expires_at = ${expiresAt}, updated_at = ${updatedAt} where token = ${value} returning *`,
}

const deletes: Statements<unknown> = {
  'session.token': (queries, token) => queries.rows`delete from sessions where token = ${token} returning *`,
}

/** The adapter through which better-auth reads and writes. Transactions are the caller's, by `withQueries`. */
export const authStore = createAdapterFactory({
  config: {
    adapterId: 'rialto',
    // Instants travel as text in both directions; permissions are jsonb.
    supportsDates: false,
    supportsArrays: true,
    transaction: false,
  },
  adapter: () => ({
    create: async ({ model, data }) => (await ask(creates, model, data))[0] as typeof data,
    findOne: async ({ model, where }) => {
      const { field, value } = only(where)
      return ((await ask(reads, `${model}.${field}`, value))[0] as never) ?? null
    },
    findMany: async ({ model, where = [] }) => {
      const { field, value } = only(where)
      return (await ask(reads, `${model}.${field}`, value)) as never
    },
    update: async ({ model, where, update }) => {
      const { field, value } = only(where)
      return ((await ask(updates, `${model}.${field}`, { value, update: update as Row }))[0] as never) ?? null
    },
    delete: async ({ model, where }) => {
      const { field, value } = only(where)
      await ask(deletes, `${model}.${field}`, value)
    },
    updateMany: () => unforeseen('updateMany'),
    deleteMany: () => unforeseen('deleteMany'),
    count: () => unforeseen('count'),
  }),
})

async function ask<Input>(statements: Statements<Input>, what: string, input: Input): Promise<Row[]> {
  const own = running.getStore()
  if (!own) throw new Error('better-auth was called outside withQueries')
  const statement = statements[what]
  if (!statement) return unforeseen(what)
  try {
    return await statement(own.queries, input)
  } catch (error) {
    own.failure = error
    throw error
  }
}

function only(where: readonly { field: string; operator: string; value: unknown }[]) {
  const [condition] = where
  if (where.length !== 1 || condition?.operator !== 'eq') return unforeseen(JSON.stringify(where))
  return condition
}

/** A new version or a new feature of better-auth asks for a statement that has to be added here first. */
function unforeseen(what: string): never {
  throw new Error(`better-auth asks for ${what}, for which auth-store.ts has no statement`)
}
