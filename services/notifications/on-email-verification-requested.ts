import type { emailVerificationRequested } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { verifyEmailLetter } from './account-letters.ts'
import { notify } from './notify.ts'
import type { Own } from './own.ts'

export async function onEmailVerificationRequested(
  { data }: Message<Static<typeof emailVerificationRequested.schema>>,
  context: TransactionContext<Own>,
): Promise<void> {
  const { linkId, email: to, expiresAt } = data
  const letter = verifyEmailLetter(expiresAt, context.own.publicUrl)
  await notify(context, { template: 'email-verification', about: linkId, to, letter, linkId })
}
