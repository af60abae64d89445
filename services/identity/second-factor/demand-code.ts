import type { Queries, Tx } from '@rialto/kit/database'
import { tooManyRequests } from '@rialto/kit/problem'
import { type AttemptLimits, forgetAttempts, noteAttempt } from '../attempt-store.ts'
import { wrongCode } from '../contract.ts'
import type { Own } from '../own.ts'
import { isAppCode, plainCode } from './codes.ts'
import { findSecondFactor, type SecondFactor, useRecoveryCode, useStep } from './second-factor-store.ts'

export const limits: AttemptLimits = { perKey: 10, inAll: 1_000, windowMs: 15 * 60_000 }

/** Counts a try at a code. It stays counted when the code is wrong, so it is no part of a transaction. */
export async function demandCodeTries(queries: Queries, accountId: string, now: Date): Promise<void> {
  if (await noteAttempt(queries, { kind: 'second-factor', key: accountId, now, limits })) return
  throw tooManyRequests('There were too many wrong codes. Wait 15 minutes and try again.')
}

interface Demand {
  readonly own: Pick<Own, 'codes'>
  readonly accountId: string
  readonly code: string
  readonly now: Date
}

/** Uses up a code of the app, or a recovery code, of a second factor. Throws when it is none. */
export async function demandCode(
  tx: Tx,
  { own, accountId, code: typed, now }: Demand,
): Promise<SecondFactor> {
  const factor = await findSecondFactor(tx, accountId)
  const code = plainCode(typed)
  if (!factor || !(await isUsed(tx, { own, code, now }, factor)))
    throw wrongCode('This code is wrong, was used already, or is too old. Give the next one.')
  await forgetAttempts(tx, { kind: 'second-factor', key: accountId })
  return factor
}

async function isUsed(
  tx: Tx,
  { own, code, now }: Omit<Demand, 'accountId'>,
  factor: SecondFactor,
): Promise<boolean> {
  if (!isAppCode(code))
    return useRecoveryCode(tx, factor.accountId, own.codes.recoveryHash(factor.accountId, code))
  const step = await own.codes.stepOf(factor, code, now)
  return step !== undefined && useStep(tx, factor.accountId, step)
}
