import type { Input, Operation, OperationSpec, Reply } from '@rialto/kit/contract'
import type { ApiCall, CallOptions } from './client.ts'

type ItemOf<List> = List extends { items: readonly (infer Item)[] } ? Item : never
type Filter<Spec extends OperationSpec> = Omit<Input<Operation<Spec>>, 'after'>

/**
 * Every item of a list that comes in pages, each page asked for when it is needed:
 * `for await (const order of every(call, orders.listOrders, { limit: 100 }))`. Whoever leaves the loop asks for no more.
 */
export async function* every<Spec extends OperationSpec>(
  call: ApiCall,
  operation: Operation<Spec>,
  input: Filter<Spec>,
  options?: CallOptions,
): AsyncGenerator<ItemOf<Reply<Operation<Spec>>>> {
  type Page = { items: readonly ItemOf<Reply<Operation<Spec>>>[]; next?: string }
  for (let after: string | undefined; ; ) {
    const asked = { ...input, ...(after !== undefined && { after }) } as Input<Operation<Spec>>
    const { items, next } = (await call(operation, asked, options)) as unknown as Page
    yield* items
    if (next === undefined) return
    after = next
  }
}
