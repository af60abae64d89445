import { schedule } from '@rialto/kit/outbox'
import { notFound } from '@rialto/kit/problem'
import type { WriteHandler } from '@rialto/kit/service'
import type { payments } from '../contract.ts'
import { deliverSandboxWebhook } from '../jobs.ts'
import { decideChallenge, findChallenge } from './sandbox-store.ts'

/** The first answer counts; then the shop is told by a webhook, and the shopper goes back to it. */
export const answerSandboxChallenge: WriteHandler<typeof payments.answerSandboxChallenge> = async (
  { id, approve },
  { tx, now },
) => {
  const challenge = await findChallenge(tx, id)
  if (!challenge) throw notFound('There is no such confirmation.')
  const { reference, returnUrl } = challenge
  if (await decideChallenge(tx, id, { approve, now: now() })) {
    schedule(tx, deliverSandboxWebhook, { reference }, { id: `webhook-of:${reference}` })
  }
  return { returnUrl }
}
