import pg from 'pg'
import type { Statement } from './statements.ts'

/** So many rows may be read, or thrown away, by each part of a statement that answers with a page. */
export const rowsAtMost = 1_100

export interface Fault {
  readonly database: string
  readonly text: string
  readonly what: string
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Plan Rows': number
  readonly 'Actual Rows'?: number
  readonly 'Actual Loops'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly 'Rows Removed by Join Filter'?: number
  readonly Plans?: readonly Plan[]
}

/** What is wrong with the plans of a statement, in the ways in which the service may have it planned. */
export async function faultsOf(
  client: pg.Client,
  statement: Pick<Statement, 'database' | 'text' | 'values' | 'generic'>,
  grows: (table: string) => boolean,
): Promise<Fault[]> {
  const faults = new Set<string>()
  for (const mode of await modesOf(client, statement)) {
    const own = faultsIn(await planOf(client, statement, { mode }), grows)
    // A table that the walk has left with few rows is rightly read whole. It must not be the only way.
    const few = own.some(({ few }) => few)
    const sure = few ? faultsIn(await planOf(client, statement, { mode, byIndex: true }), grows) : own
    for (const { what } of sure) faults.add(what)
  }
  const { database, text } = statement
  return [...faults].map((what) => ({ database, text, what }))
}

async function modesOf(client: pg.Client, { generic }: Pick<Statement, 'generic'>): Promise<string[]> {
  if (generic) return ['force_generic_plan']
  const { rows } = await client.query('show plan_cache_mode')
  return rows[0].plan_cache_mode === 'auto'
    ? ['force_custom_plan', 'force_generic_plan']
    : [rows[0].plan_cache_mode]
}

/** Runs it, as only then it is known how many rows were read, and undoes it; what cannot be repeated is only planned. */
async function planOf(
  client: pg.Client,
  { text, values }: Pick<Statement, 'text' | 'values'>,
  { mode, byIndex = false }: { mode: string; byIndex?: boolean },
): Promise<Plan> {
  const given = values.length > 0 ? `(${values.map(literal).join(', ')})` : ''
  const explained = async (how: string) => {
    await client.query('begin')
    try {
      await client.query(`set local plan_cache_mode = ${mode}`)
      if (byIndex) await client.query('set local enable_seqscan = off')
      await client.query("set local lock_timeout = '2s'")
      await client.query(`prepare checked as ${text}`)
      const { rows } = await client.query(`explain (${how}, format json) execute checked${given}`)
      return rows[0]['QUERY PLAN'][0].Plan as Plan
    } finally {
      await client.query('rollback')
      await client.query('deallocate all')
    }
  }
  try {
    return await explained('analyze, timing off')
  } catch (error) {
    // A row that is there already, or is gone, or is held by somebody: the plan can be read nevertheless.
    if (!(error instanceof pg.DatabaseError) || !/^(23|22|55|P0)/.test(error.code ?? '')) throw error
    return explained('analyze off')
  }
}

interface Found {
  readonly what: string
  /** It has read few rows, as there are few or it ended early. */
  readonly few: boolean
}

function faultsIn(plan: Plan, grows: (table: string) => boolean): Found[] {
  const below = (plan.Plans ?? []).flatMap((one) => faultsIn(one, grows))
  const loops = plan['Actual Loops']
  if (loops === 0) return below
  const { 'Node Type': kind, 'Relation Name': table } = plan
  const where = [kind, table && `of ${table}`, plan['Index Name'] && `by ${plan['Index Name']}`].filter(
    Boolean,
  )
  const found = loops === undefined ? plan['Plan Rows'] : (plan['Actual Rows'] ?? 0) * loops
  const thrown =
    (loops ?? 0) *
    ((plan['Rows Removed by Filter'] ?? 0) +
      (plan['Rows Removed by Index Recheck'] ?? 0) +
      (plan['Rows Removed by Join Filter'] ?? 0))
  const fault = (what: string) => [
    { what, few: loops !== undefined && found + thrown <= rowsAtMost },
    ...below,
  ]
  if (kind === 'Seq Scan' && table && grows(table)) return fault(`${where.join(' ')} reads the whole table`)
  if (/Sort/.test(kind) && inputOf(plan) > rowsAtMost) return fault('Sort has no bound')
  if (thrown > rowsAtMost) return fault(`${where.join(' ')} throws most rows away`)
  if (table && found > rowsAtMost) return fault(`${where.join(' ')} reads without a bound`)
  return below
}

/** A sort for a limit keeps few rows, and reads all the same. */
function inputOf({ Plans = [] }: Plan): number {
  return Math.max(
    0,
    ...Plans.map((one) => (one['Actual Rows'] ?? one['Plan Rows']) * (one['Actual Loops'] ?? 1)),
  )
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString())
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString('hex')}'`
  if (Array.isArray(value)) return pg.escapeLiteral(arrayText(value))
  if (typeof value === 'object') return pg.escapeLiteral(JSON.stringify(value))
  return pg.escapeLiteral(String(value))
}

function arrayText(values: readonly unknown[]): string {
  const texts = values.map((value) => {
    if (value === null || value === undefined) return 'NULL'
    if (Array.isArray(value)) return arrayText(value)
    const text = value instanceof Date ? value.toISOString() : String(value)
    return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  })
  return `{${texts.join(',')}}`
}
