import { openGuest } from '../../e2e/costs/guest.ts'
import type { Operation, Things } from '../../e2e/costs/operations.ts'
import type { CountedShop } from '../../e2e/costs/shop.ts'
import { listenToStatements, type Statement } from '../../e2e/costs/statements.ts'
import { startProfile } from './profile.ts'
import { rawMs } from './raw.ts'

export interface Measured {
  /** From the request to the answer, of one after the other. */
  readonly ms: number
  /** The same statements as text, parameters and nothing else, on one connection for each database. */
  readonly rawMs: number
  readonly statements: number
  readonly bytes: number
  /** Shares of the process's time that was not idle, by module, the largest first. */
  readonly modules: readonly (readonly [module: string, share: number])[]
}

const warm = 40
const times = 60

export async function measureOperation(
  shop: CountedShop,
  operation: Operation,
  things: Omit<Things, 'guest'>,
): Promise<Measured> {
  let bytes = 0
  const guest = () => openGuest(shop.platform.app, (count) => (bytes += count))
  const prepared: (() => Promise<unknown>)[] = []
  for (let turn = 0; turn < warm + times; turn++) prepared.push(await operation({ ...things, guest }, turn))
  for (const work of prepared.slice(0, warm)) await work()
  bytes = 0
  const stop = await startProfile()
  const began = performance.now()
  for (const work of prepared.slice(warm)) await work()
  const ms = (performance.now() - began) / times
  const modules = await stop()
  const statements = await statementsOf(await operation({ ...things, guest }, warm + times))
  return {
    ms,
    rawMs: await rawMs(shop.urls, statements),
    statements: statements.length,
    bytes: Math.round(bytes / times),
    modules,
  }
}

async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = []
  const end = listenToStatements((statement) => {
    if (!statement.byItself && !/rialto\.(inbox|outbox)/.test(statement.text)) statements.push(statement)
  })
  await work()
  end()
  return statements
}
