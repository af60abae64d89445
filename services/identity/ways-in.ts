import type { Tx } from '@rialto/kit/database'
import { conflict } from '@rialto/kit/problem'
import type { Own } from './own.ts'
import { findWaysIn } from './ways-in-store.ts'

/** Undoes the removal of a way to sign in when nothing is left by which the account could be opened. */
export async function demandOtherWayIn(
  tx: Tx,
  accountId: string,
  { providers }: Pick<Own, 'providers'>,
): Promise<void> {
  const { hasPassword, hasPasskey, issuers } = await findWaysIn(tx, accountId)
  const offered = new Set([...providers.values()].map(({ issuer }) => issuer))
  if (hasPassword || hasPasskey || issuers.some((issuer) => offered.has(issuer))) return
  throw conflict('This is your only way to sign in. Set a password first, by “Forgot your password?”.')
}
