import type { signInWayChanged } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { signInWayLetter } from './account-letters.ts'
import { notify } from './notify.ts'
import type { Own } from './own.ts'

export async function onSignInWayChanged(
  { id, data }: Message<Static<typeof signInWayChanged.schema>>,
  context: TransactionContext<Own>,
): Promise<void> {
  const letter = signInWayLetter(data, context.own.publicUrl)
  await notify(context, { template: `sign-in-way-${data.change}`, about: id, to: data.email, letter })
}
