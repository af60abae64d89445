import type { passwordChanged } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { passwordChangedLetter } from './account-letters.ts'
import { notify } from './notify.ts'
import type { Own } from './own.ts'

export async function onPasswordChanged(
  { id, data }: Message<Static<typeof passwordChanged.schema>>,
  context: TransactionContext<Own>,
): Promise<void> {
  const letter = passwordChangedLetter(context.own.publicUrl)
  await notify(context, { template: 'password-changed', about: id, to: data.email, letter })
}
