import { notFound, versionConflict } from '@rialto/kit/problem'
import type { TransactionContext, WriteHandler } from '@rialto/kit/service'
import type { shipping } from './contract.ts'
import { demandSense } from './create-delivery-method.ts'
import { lockMethodVersion, updateMethod } from './method-store.ts'
import type { Own } from './own.ts'

export const replaceDeliveryMethod: WriteHandler<typeof shipping.replaceDeliveryMethod, Own> = async (
  { id, ...details },
  context,
) => {
  demandSense(details)
  const version = await lockExpected(id, context)
  const method = { id, ...details, version: version + 1 }
  await updateMethod(context.tx, method)
  context.own.methods.changes(context.tx)
  return method
}

/** Locks the method, provided that it still is as the caller has seen it. */
export async function lockExpected(
  id: string,
  { tx, expectedVersion }: Pick<TransactionContext, 'tx' | 'expectedVersion'>,
): Promise<number> {
  const version = await lockMethodVersion(tx, id)
  if (version === undefined) throw notFound('There is no such delivery method.')
  if (expectedVersion !== undefined && expectedVersion !== version) {
    throw versionConflict('The delivery method was changed in the meantime.', { currentVersion: version })
  }
  return version
}
