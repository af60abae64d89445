import type { Duplex } from 'node:stream'
import {
  type Database,
  type DatabaseOptions,
  openDatabase,
  type Queries,
  type Tx,
} from '@rialto/kit/database'
import type { Background } from './background.ts'
import { Died, type Life } from './life.ts'

type Statement = [strings: TemplateStringsArray, ...values: unknown[]]

interface Owner {
  readonly service: string
  readonly life: Life
  readonly background: Background
}

/** Opens a service's database so that every commit is a point of its life, and its connections end with that. */
export function openMortal(options: DatabaseOptions, owner: Owner): Database {
  const inner = openDatabase(options)
  cutAtDeath(inner, owner.life)
  const transaction = <Result>(work: (tx: Tx) => Promise<Result>, as?: string): Promise<Result> =>
    transact(inner, work, owner, as)
  const alone = (queries: Queries) =>
    through(async (strings, run) => {
      if (owner.life.dead) throw new Died('A statement of a dead process')
      const writes = writesOf(strings)
      if (writes.length === 0) return run(queries)
      if (isTakingUp(strings) && !owner.background.mayTakeUp(owner.service)) return [] as never
      // A statement of its own that writes is a commit as well.
      return transaction(run, doerOf(writes, owner.service))
    })
  return {
    ...inner,
    ...alone(inner),
    quick: alone(inner.quick),
    transaction: (work) => transaction(work),
    // Shared with nobody, and so in the name of whoever asked for it.
    sharedTransaction: (_key, work) => transaction(work),
  }
}

async function transact<Result>(
  inner: Database,
  work: (tx: Tx) => Promise<Result>,
  { life, service }: Owner,
  as?: string,
): Promise<Result> {
  if (life.dead) throw new Died('A transaction of a dead process')
  return inner.transaction(async (tx) => {
    const written = new Set<string>()
    const reach = (when: string) => {
      if (written.size === 0) return
      life.reach(`${when} the commit of ${[...written].join(', ')}`, { as, orElse: service })
    }
    // Before all others: what the commit wakes must not be woken in a dead process.
    tx.afterCommit(() => reach('after'))
    const noting: Tx = {
      ...tx,
      ...through(async (strings, run) => {
        const result = await run(tx)
        if (Array.isArray(result) ? result.length : result)
          for (const write of writesOf(strings)) written.add(write)
        return result
      }),
    }
    const result = await work(noting)
    tx.beforeCommit(async () => reach('before'))
    return result
  })
}

type Around = <Result>(
  strings: TemplateStringsArray,
  run: (queries: Queries) => Promise<Result>,
) => Promise<Result>

/** The three ways to run a statement, all of them through `around`. */
function through(around: Around): Queries {
  const rows = <Row>(...statement: Statement) =>
    around(statement[0], (queries) => queries.rows<Row>(...statement))
  return {
    rows,
    row: async <Row>(...statement: Statement) => (await rows<Row>(...statement))[0],
    run: (...statement: Statement) => around(statement[0], (queries) => queries.run(...statement)),
  }
}

const writing = /\b(insert into|(?<!for )update(?! set| skip)|delete from)\s+([\w.]+)/gi

/** What a statement writes, such as `insert orders`. */
function writesOf(strings: TemplateStringsArray): string[] {
  return [...strings.join(' ').matchAll(writing)].map(
    ([, verb = '', table = '']) => `${verb.toLowerCase().split(' ')[0]} ${table}`,
  )
}

/** Relay and inbox go on in the name of whoever woke them; their own writes are theirs. */
function doerOf(writes: readonly string[], service: string): string | undefined {
  if (writes.every((write) => write.endsWith('rialto.outbox'))) return `${service}’s relay`
  return writes.every((write) => write.endsWith('rialto.inbox')) ? `${service}’s inbox` : undefined
}

/** Whether the inbox takes up what is due. */
function isTakingUp(strings: TemplateStringsArray): boolean {
  return /^\s*update rialto\.inbox set due_at/.test(strings[0] ?? '')
}

function cutAtDeath({ pool }: Database, life: Life): void {
  const sockets = new Set<Duplex>()
  pool.on('connect', (client) => {
    const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection
    sockets.add(stream)
    stream.once('close', () => sockets.delete(stream))
    if (life.dead) stream.destroy()
  })
  life.onDeath(() => {
    for (const stream of sockets) stream.destroy()
  })
}
