import type { staffInvited } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { invitationLetter } from './account-letters.ts'
import { notify } from './notify.ts'
import type { Own } from './own.ts'

export async function onStaffInvited(
  { data }: Message<Static<typeof staffInvited.schema>>,
  context: TransactionContext<Own>,
): Promise<void> {
  const { linkId, email: to, expiresAt } = data
  const letter = invitationLetter(expiresAt, context.own.publicUrl)
  await notify(context, { template: 'staff-invitation', about: linkId, to, letter, linkId })
}
