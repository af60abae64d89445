import { admit } from './access.ts'
import type { Call } from './client.ts'
import type { Operation, OperationSpec } from './contract.ts'
import type { Database } from './database.ts'
import { newId } from './id.ts'
import { claim, keyed, onceUnderKey, storeAnswer } from './idempotency.ts'
import { measureOperation, type OperationMeasure } from './measures.ts'
import { deadlineExceeded } from './problem.ts'
import type { RequestInfo } from './request.ts'
import type { Context, Handler, Service, TransactionalRoute, TransactionContext } from './service.ts'
import type { Logger } from './telemetry.ts'
import { type Span, within } from './trace.ts'

/** Answers operations of one service; input is already checked against the contract. */
export type Dispatch = (
  operation: Operation,
  input: Record<string, unknown>,
  request: RequestInfo,
) => Promise<unknown>

export interface Surround {
  readonly database: Database
  readonly own: unknown
  readonly log: Logger
  readonly now: () => Date
  readonly callAs: (request: RequestInfo) => Call
}

/**
 * Makes the door of a service: access, deadline, idempotency and transaction around its handlers. Each operation is
 * measured, and is a part of the trace in which it was asked for.
 */
export function createDispatch(service: Service, surround: Surround): Dispatch {
  const dispatch = answer(service, surround)
  const measures = new Map<string, OperationMeasure>()
  return async (operation, input, request) => {
    const measure = measures.get(operation.name) ?? measureOperation(operation)
    measures.set(operation.name, measure)
    const startedMs = performance.now()
    const span = spanOf(operation, request)
    try {
      const result = await within(span ?? request.span, () => dispatch(operation, input, request))
      measure.done(startedMs)
      span?.end()
      return result
    } catch (error) {
      const outcome = measure.threw(startedMs, error)
      if (outcome === 'failed') span?.end(error)
      else span?.refuse(error)
      throw error
    }
  }
}

function spanOf({ service, name }: Operation, { span, actor }: RequestInfo): Span | undefined {
  // At the door of the service it has begun with the request.
  if (span?.kind === 'server' && span.service === service) return undefined
  return span?.child({
    name: `${service}.${name}`,
    kind: 'internal',
    service,
    attributes: { 'rialto.operation': `${service}.${name}`, 'rialto.actor.kind': actor.kind },
  })
}

function answer(service: Service, surround: Surround): Dispatch {
  return async (operation, input, request) => {
    const route = service.routes[operation.name]
    if (!route) throw new Error(`${service.contract.name} has no route for ${operation.name}`)
    const context = contextFor(operation, request, surround)
    if (request.deadline <= Date.now())
      throw deadlineExceeded('The time to answer was over before the work began.')
    const key = operation.idempotent === true ? request.idempotencyKey : undefined
    const claimed = key === undefined ? undefined : keyed(request.actor, operation.name, key, input)
    if (typeof route === 'function') {
      const handler = route as unknown as Handler<OperationSpec & { path: '/' }>
      const work = () => handler(input as never, context)
      return claimed ? onceUnderKey(claimed, surround, work) : work()
    }
    return inOneTransaction(route as unknown as TransactionalRoute<never, unknown>, input, context, claimed)
  }
}

export function contextFor(
  operation: Pick<OperationSpec, 'access'>,
  request: RequestInfo,
  surround: Surround,
): Context {
  const whose = admit(operation, request.actor)
  const { database, own, log, now } = surround
  return { ...request, whose, database, own, log, now, newId, call: surround.callAs(request) }
}

export function withTx(
  { call: _call, database: _database, ...rest }: Context,
  tx: TransactionContext['tx'],
): TransactionContext {
  return { ...rest, tx }
}

async function inOneTransaction(
  { write, present, keyOf }: TransactionalRoute<never, unknown>,
  input: Record<string, unknown>,
  context: Context,
  claimed: ReturnType<typeof keyed> | undefined,
): Promise<unknown> {
  const key = keyOf?.(context)
  const { transaction, sharedTransaction } = context.database
  const result = await (key === undefined ? transaction : sharedTransaction.bind(null, key))(async (tx) => {
    const answered = claimed && (await claim(tx, claimed, context.now()))
    if (answered) return answered.result
    const made = await write(input as never, withTx(context, tx))
    if (claimed) await storeAnswer(tx, claimed, made)
    return made
  })
  return present ? present(result as never, context) : result
}
