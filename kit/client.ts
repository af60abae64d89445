import { identities } from './access.ts'
import { accessList, type Input, type Operation, type OperationSpec, type Reply } from './contract.ts'
import { transactionOpen } from './database.ts'
import type { Dispatch } from './dispatch.ts'
import { unavailable } from './problem.ts'
import type { RequestInfo } from './request.ts'
import { presentSpan } from './trace.ts'
import { inputCheck } from './validation.ts'

/**
 * Calls an operation of any service, in this process or over the network, as the present actor and within the
 * present deadline. Operations for services are called as this service. Throws the peer's problem, or
 * `unavailable` when it cannot be reached. Must not be used inside a transaction: it throws there.
 */
export type Call = <Spec extends OperationSpec>(
  operation: Operation<Spec>,
  input: Input<Operation<Spec>>,
  options?: CallOptions,
) => Promise<Reply<Operation<Spec>>>

export interface CallOptions {
  readonly idempotencyKey?: string
  readonly expectedVersion?: number
  /** Gives up earlier than the request's own deadline. */
  readonly timeoutMs?: number
}

/** Finds who answers for a service: its door in this process, or one that leads over the network. */
export type Find = (service: string) => Dispatch | undefined

/** Makes the `call` of one request of one service. `self` is the name under which it calls its peers. */
export function createCall(find: Find, self: string, request: RequestInfo): Call {
  return async (operation, input, options = {}) => {
    if (transactionOpen()) {
      throw new Error(
        `${self} called ${operation.service}.${operation.name} inside a transaction; call before or after it.`,
      )
    }
    const dispatch = find(operation.service)
    if (!dispatch)
      throw unavailable(`The ${operation.service} service is away just now.`, { service: operation.service })
    const checked = inputCheck(operation).joined(input as Record<string, unknown>)
    return (await dispatch(operation, checked, onward(operation, request, self, options))) as never
  }
}

function onward(operation: Operation, request: RequestInfo, self: string, options: CallOptions): RequestInfo {
  const asService = accessList(operation).includes('service') && !asShopper(operation, request)
  const within = options.timeoutMs === undefined ? request.deadline : Date.now() + options.timeoutMs
  return {
    actor: asService ? { kind: 'service', name: self } : request.actor,
    requestId: request.requestId,
    span: presentSpan() ?? request.span,
    deadline: Math.min(request.deadline, within),
    idempotencyKey: options.idempotencyKey,
    expectedVersion: options.expectedVersion,
  }
}

/** What belongs to a shopper is read as the shopper, so that a peer's rights never widen what is seen. */
function asShopper(operation: Operation, request: RequestInfo): boolean {
  const access = accessList(operation)
  return (access.includes('shopper') || access.includes('owner')) && identities(request.actor).length > 0
}
