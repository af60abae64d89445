import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'

/** A statement as it went to a database. */
export interface Statement {
  readonly database: string
  readonly text: string
  readonly values: readonly unknown[]
  /** Planned once for all values. */
  readonly generic: boolean
  /** Sent by an event, a job or a look. */
  readonly byItself: boolean
  readonly client: pg.Client
  /** Sent while nothing else was under way on its connection, so that its answer was waited for anew. */
  readonly waited: boolean
}

const alone = new AsyncLocalStorage<true>()

/** What `work` sends is of no request. */
export function byItself<Result>(work: () => Result): Result {
  return alone.run(true, work)
}

export function isByItself(): boolean {
  return alone.getStore() === true
}

type Query = (this: pg.Client, ...given: unknown[]) => unknown

/** Hears of every statement that this process sends, whoever sends it, until the answer is called. */
export function listenToStatements(hear: (statement: Statement) => void): () => void {
  const { prototype } = pg.Client
  const query = prototype.query as Query
  const underWay = new WeakMap<pg.Client, number>()
  const generic = new WeakSet<pg.Client>()
  const listening: Query = function (...given) {
    const [config] = given as [string | { text?: string; values?: unknown[] }]
    const text = typeof config === 'string' ? config : (config.text ?? '')
    const values = (typeof config === 'string' ? (given[1] as unknown[]) : config.values) ?? []
    if (/^set plan_cache_mode = force_generic_plan/.test(text) || plansOnce(this)) generic.add(this)
    const before = underWay.get(this) ?? 0
    hear({
      database: this.database ?? '',
      text,
      values: Array.isArray(values) ? values : [],
      generic: generic.has(this),
      byItself: isByItself(),
      client: this,
      waited: before === 0,
    })
    const answer = query.apply(this, given)
    if (!(answer instanceof Promise)) return answer
    underWay.set(this, before + 1)
    const done = () => underWay.set(this, (underWay.get(this) ?? 1) - 1)
    answer.then(done, done)
    return answer
  }
  prototype.query = listening as typeof prototype.query
  return () => {
    prototype.query = query as typeof prototype.query
  }
}

function plansOnce(client: pg.Client): boolean {
  const { options = '' } = (client as unknown as { connectionParameters: { options?: string } })
    .connectionParameters
  return options.includes('force_generic_plan')
}
