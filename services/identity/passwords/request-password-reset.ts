import { job, type Message } from '@rialto/kit/message'
import { emit, schedule } from '@rialto/kit/outbox'
import { tooManyRequests } from '@rialto/kit/problem'
import { type Static, Type } from '@rialto/kit/schema'
import type { Context, WriteHandler } from '@rialto/kit/service'
import { type AttemptLimits, noteAttempt } from '../attempt-store.ts'
import { type identity, passwordResetRequested } from '../contract.ts'
import { insertLink } from '../links/link-store.ts'
import { normalEmail } from '../profile.ts'
import { findForReset } from './password-store.ts'

export const limits: AttemptLimits = { perKey: 5, inAll: 10_000, windowMs: 3_600_000 }

/** Long enough for a mail that is held up on its way, short for one that lies around. */
export const resetMinutes = 60

export const prepareReset = job('prepare-reset', Type.Object({ email: Type.String() }))

/** Does the same, and takes the same time, whether somebody has this e-mail or not: that is looked up afterwards. */
export const requestPasswordReset: WriteHandler<typeof identity.requestPasswordReset> = async (
  { email: typed },
  { tx, now, newId },
) => {
  const email = normalEmail(typed)
  if (!(await noteAttempt(tx, { kind: 'reset-password', key: email, now: now(), limits })))
    throw tooManyRequests('Such a link was asked for too often. Wait an hour and try again.')
  schedule(tx, prepareReset, { email }, { id: newId('link') })
  return null
}

/** The job's id becomes the link's, so that one that is done twice makes one link. */
export async function doPrepareReset(
  { id, data }: Message<Static<typeof prepareReset.schema>>,
  { database, now }: Context,
): Promise<void> {
  await database.transaction(async (tx) => {
    const holder = await findForReset(tx, data.email)
    if (!holder) return
    const { id: accountId, email, name } = holder
    const expiresAt = new Date(now().getTime() + resetMinutes * 60_000).toISOString()
    const link = { id, purpose: 'reset-password', accountId, email, expiresAt } as const
    if (!(await insertLink(tx, link, now()))) return
    emit(tx, passwordResetRequested, { linkId: id, accountId, email, name, expiresAt }, { id, version: 1 })
  })
}
