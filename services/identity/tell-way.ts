import type { Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import { findAccount } from './account-store.ts'
import { signInWayChanged } from './contract.ts'

type Change = Pick<Static<typeof signInWayChanged.schema>, 'way' | 'change' | 'provider'>

/** Has the owner of an account told of a way into it. As with passwords, the later change counts as the higher version. */
export async function tellWay(tx: Tx, accountId: string, change: Change, now: Date): Promise<void> {
  const account = await findAccount(tx, accountId)
  if (!account) throw new Error('A way into an account changed that is not there')
  const { email, name } = account
  const about = { id: accountId, version: now.getTime() }
  emit(tx, signInWayChanged, { accountId, email, name, ...change }, about)
}
