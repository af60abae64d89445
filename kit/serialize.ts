import compile from 'fast-json-stringify'
import { type OperationSpec, replySchema } from './contract.ts'

const serializers = new WeakMap<OperationSpec, (reply: unknown) => string>()

/**
 * Writes a reply of the operation as JSON, with the fields of its schema and no others. It is compiled at its first use, and
 * once for all doors of the process: a process knows hundreds of operations, and needs few of them to open.
 */
export function serializerOf(operation: OperationSpec): (reply: unknown) => string {
  return (reply) => {
    let serialize = serializers.get(operation)
    if (!serialize) {
      serialize = compile(replySchema(operation) as object)
      serializers.set(operation, serialize)
    }
    return serialize(reply)
  }
}
