import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import type { Whose } from './access.ts'
import { isAway } from './database-away.ts'
import { invalidInput, unavailable } from './problem.ts'
import { inOnePacket, shareConnection } from './shared-connection.ts'
import { shareTransactions } from './shared-transaction.ts'
import { compile, type Sql, sql } from './sql.ts'
import { within } from './trace.ts'
import { databaseNameOf, ending, spanOfStatement, spanOfTransaction } from './trace-statements.ts'

export { json, type Sql, sql } from './sql.ts'

/** Runs statements given as tagged templates: values become parameters, column names come back in camelCase. */
export interface Queries {
  rows<Row>(strings: TemplateStringsArray, ...values: unknown[]): Promise<Row[]>
  /** The first row, or undefined. */
  row<Row>(strings: TemplateStringsArray, ...values: unknown[]): Promise<Row | undefined>
  /** The number of rows that were changed. */
  run(strings: TemplateStringsArray, ...values: unknown[]): Promise<number>
}

export interface Tx extends Queries {
  readonly pool: pg.Pool
  /** Runs a text of several statements without parameters, such as a migration. */
  script(text: string): Promise<void>
  /** Runs in the transaction when all of its work is done. */
  beforeCommit(work: () => Promise<unknown>): void
  /** Runs behind all others, and has its statements sent together with the commit, so it may not wait for one. */
  withCommit(work: () => Promise<unknown>): void
  /** Runs once the commit has succeeded. It must not throw. */
  afterCommit(work: () => void): void
}

export interface Database extends Queries {
  readonly url: string
  readonly pool: pg.Pool
  /** Commits when `work` returns, rolls back when it throws. Nothing in it may wait for a peer. */
  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>
  /**
   * A transaction that may be shared with others who come at the same time: under load they pay for one commit.
   * `work` changes only what belongs to `key`, such as the id of a cart, and those of one key come one after the
   * other. When one of them fails, each is repeated alone, so `work` does nothing but statements.
   */
  sharedTransaction<Result>(key: string, work: (tx: Tx) => Promise<Result>): Promise<Result>
  /**
   * For statements that find or change few rows by their keys and wait for no lock: those of all callers go over one
   * connection, each a transaction of its own. A slow one would hold up all others.
   */
  readonly quick: Queries
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly url: string
  /** Connections at most. */
  readonly poolSize?: number
  /** A statement that runs longer is cancelled by the server. */
  readonly statementTimeoutMs?: number
  /** A transaction in which nothing is asked for so long is ended by the server, together with its connection. */
  readonly idleTimeoutMs?: number
  /** Each statement is planned once, not for every value. */
  readonly planOnce?: boolean
}

export function openDatabase(options: DatabaseOptions): Database {
  const { url, poolSize = 12, planOnce = false } = options
  const { statementTimeoutMs = 30_000, idleTimeoutMs = 5_000 } = options
  const pool = new pg.Pool({
    ...(planOnce && { options: '-c plan_cache_mode=force_generic_plan' }),
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    // Whoever hangs in the middle of a transaction must not keep its rows from all others.
    idle_in_transaction_session_timeout: idleTimeoutMs,
    // The net for a server that is frozen: later than its own timeout, as it costs the connection.
    query_timeout: statementTimeoutMs + 5_000,
    // Statements are sent without waiting for the answers of those before: begin travels with the first one.
    pipeline: true,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  // Neither must one that breaks between two statements of a transaction: the next statement fails and tells.
  pool.on('connect', (client) => client.on('error', () => {}))
  const name = databaseNameOf(url)
  const transaction: Database['transaction'] = (work) => {
    const span = spanOfTransaction(name)
    return span
      ? ending(
          span,
          within(span, () => transact(pool, name, work)),
        )
      : transact(pool, name, work)
  }
  const shared = poolSize < poolSizeToShare ? undefined : shareConnection(pool)
  return {
    url,
    pool,
    ...queries((statement) => pool.query(statement), name),
    quick: queries((statement) => (shared ?? pool).query(statement), name),
    transaction,
    sharedTransaction: shareTransactions(transaction),
    close: async () => {
      await shared?.close()
      await pool.end()
    },
  }
}

/** With fewer connections than this none is set aside. */
const poolSizeToShare = 3

/** Whether a transaction is open in the present flow of control. */
export function transactionOpen(): boolean {
  return openTransaction.getStore() === true
}

/** Condition that the row belongs to one of the identities; nothing to filter for staff and services. */
export function ownedBy(whose: Whose, column: Sql = sql`owner_id`): Sql {
  return whose === 'everyone' ? sql`true` : sql`${column} = any(${whose})`
}

export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return (
    error instanceof pg.DatabaseError &&
    error.code === '23505' &&
    (constraint === undefined || error.constraint === constraint)
  )
}

const openTransaction = new AsyncLocalStorage<boolean>()

async function transact<Result>(
  pool: pg.Pool,
  name: string,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch(rethrow)
  const before: (() => Promise<unknown>)[] = []
  const last: (() => Promise<unknown>)[] = []
  const after: (() => void)[] = []
  const send = (statement: string | Parameters<Run>[0]): Promise<pg.QueryArrayResult> => {
    inOnePacket(client)
    return client.query(statement as pg.QueryArrayConfig)
  }
  const tx: Tx = {
    pool,
    ...queries(send, name),
    script: async (text) => {
      await send(text)
    },
    beforeCommit: (task) => before.push(task),
    withCommit: (task) => last.push(task),
    afterCommit: (task) => after.push(task),
  }
  let broken: Error | undefined
  try {
    const begun = send('begin')
    begun.catch(() => {})
    const working = openTransaction.run(true, () => work(tx))
    const result = await working
    await begun
    for (const task of before) await task()
    const writing = Promise.all(last.map((task) => task()))
    const [{ command }] = await Promise.all([commit(send, name), writing])
    // The server answers the commit of a failed transaction with a rollback and without an error.
    if (command !== 'COMMIT')
      throw new Error('A statement failed and its error was swallowed; nothing was committed.')
    for (const task of after) task()
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw asProblem(error)
  } finally {
    client.release(broken)
  }
}

function commit(send: (statement: string) => Promise<pg.QueryArrayResult>, name: string) {
  const span = spanOfStatement({ text: 'commit' }, name)
  return span ? ending(span, send('commit')) : send('commit')
}

type Run = (statement: {
  name?: string
  text: string
  values: unknown[]
  rowMode: 'array'
}) => Promise<pg.QueryArrayResult>

function queries(run: Run, database: string): Queries {
  const query = (strings: TemplateStringsArray, values: unknown[]) => {
    const { name, text, values: parameters } = compile(strings, values)
    const span = spanOfStatement({ text }, database)
    const answer = run({ ...(name !== '' && { name }), text, values: parameters, rowMode: 'array' })
    return (span ? ending(span, answer) : answer).catch(rethrow)
  }
  return {
    rows: async <Row>(strings: TemplateStringsArray, ...values: unknown[]) =>
      objects<Row>(await query(strings, values)),
    row: async <Row>(strings: TemplateStringsArray, ...values: unknown[]) =>
      objects<Row>(await query(strings, values))[0],
    run: async (strings, ...values) => (await query(strings, values)).rowCount ?? 0,
  }
}

function objects<Row>({ fields, rows }: pg.QueryArrayResult): Row[] {
  const names = fields.map((field) => camelCase(field.name))
  return rows.map((values) => {
    const row: Record<string, unknown> = {}
    for (let index = 0; index < names.length; index++) row[names[index] as string] = values[index]
    return row as Row
  })
}

const camelNames = new Map<string, string>()

function camelCase(column: string): string {
  let name = camelNames.get(column)
  if (name === undefined) {
    name = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    camelNames.set(column, name)
  }
  return name
}

const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.NUMERIC, Number],
  [pg.types.builtins.DATE, String],
  [pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString()],
])

function parserOf(oid: number, format?: 'text' | 'binary') {
  return (format !== 'binary' && parsers.get(oid)) || pg.types.getTypeParser(oid, format as 'text')
}

function rethrow(error: unknown): never {
  throw asProblem(error)
}

/** A database that is away, or text it cannot hold, is a plain answer and not a bug; the rest stays what it is. */
function asProblem(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const problem = problemOf(error)
  if (problem) problem.cause = error
  return problem ?? error
}

function problemOf(error: Error & { code?: string }) {
  if (isAway(error)) return unavailable('The database does not answer just now. Try again in a moment.', {})
  if (unstorable.has(error.code ?? '')) {
    const message = 'has a character or number that cannot be stored, such as \\u0000'
    return invalidInput(`The request ${message}.`, { errors: [{ field: 'body', message }] })
  }
  return undefined
}

// Not a valid text in the database's encoding; no Unicode escape for it in jsonb; a number out of range.
const unstorable = new Set(['22021', '22P05', '22003'])
