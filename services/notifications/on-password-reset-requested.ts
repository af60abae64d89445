import type { passwordResetRequested } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { resetPasswordLetter } from './account-letters.ts'
import { notify } from './notify.ts'
import type { Own } from './own.ts'

export async function onPasswordResetRequested(
  { data }: Message<Static<typeof passwordResetRequested.schema>>,
  context: TransactionContext<Own>,
): Promise<void> {
  const { linkId, email: to, expiresAt } = data
  const letter = resetPasswordLetter(expiresAt, context.own.publicUrl)
  await notify(context, { template: 'password-reset', about: linkId, to, letter, linkId })
}
