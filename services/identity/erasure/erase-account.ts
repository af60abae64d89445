import type { Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import { notFound } from '@rialto/kit/problem'
import type { Handler, WriteHandler } from '@rialto/kit/service'
import { deleteAccount, findAccount, lockAccount } from '../account-store.ts'
import { forgetKey } from '../attempt-store.ts'
import { note } from '../audit/note.ts'
import { customerErased, type identity } from '../contract.ts'
import type { Own } from '../own.ts'
import { demandOwner } from '../passwords/demand-owner.ts'
import { demandCode, demandCodeTries } from '../second-factor/demand-code.ts'
import { findSecondFactor } from '../second-factor/second-factor-store.ts'

/** A session alone erases nothing: the password where there is one and, where it is on, second factor are asked for. */
export const eraseAccount: Handler<typeof identity.eraseAccount, Own> = async (
  { password, code = '' },
  context,
) => {
  const { own, database, now } = context
  const { id: accountId } = await demandOwner(context, password)
  const factor = await findSecondFactor(database, accountId)
  if (factor?.confirmedAt) await demandCodeTries(database, accountId, now())
  await database.transaction(async (tx) => {
    if (factor?.confirmedAt) await demandCode(tx, { own, accountId, code, now: now() })
    await erase(tx, accountId)
  })
  return null
}

export const eraseCustomer: WriteHandler<typeof identity.eraseCustomer> = async ({ id }, context) => {
  await erase(context.tx, id)
  await note(context.tx, context, { action: 'customer.erased', subjectId: id })
  return null
}

/** Sessions, addresses, links and factors go with the account. */
async function erase(tx: Tx, id: string): Promise<void> {
  // Of two who ask at once, the second finds nobody.
  const account = (await lockAccount(tx, id)) ? await findAccount(tx, id) : undefined
  if (account?.role !== 'customer') throw notFound('There is no such customer.')
  await deleteAccount(tx, id)
  for (const key of [account.email, id]) await forgetKey(tx, key)
  const version = account.version + 1
  emit(tx, customerErased, { customerId: id, email: account.email }, { id, version })
}
